import type { JetStreamClient, JetStreamManager } from "@nats-io/jetstream";
import type { Bucket } from "./bucket.ts";
import { KnownLog, type Standing } from "./known-log.ts";
import {
  isAt,
  nowhere,
  placeOf,
  readMessage,
  readOlder,
  type Floor,
  type Message,
  type Place,
  type Stored,
  type Write,
} from "./message.ts";
import type { Line, Session } from "./session.ts";

type Query = { readonly seq: number; readonly next_by_subj?: string } | { readonly last_by_subj: string };

export interface LeaseLogParts {
  readonly session: Session;
  readonly bucket: Bucket;
  readonly storeId: string;
  /** The bucket is kept by a cluster, also where the server that is asked only passes on to it. */
  readonly isClustered: boolean;
}

/** A write that is in the log. */
export interface Appended {
  readonly place: Place;
  /** Whether it counts: asked for, where the answer did not come with that to the write. */
  readonly counts: () => Promise<boolean>;
}

/** A question whether the log is still the known one, which all writes share that are sent before it. */
interface Question {
  readonly line: Line;
  readonly known: KnownLog;
  readonly isSame: Promise<boolean>;
}

/**
 * The messages of each lease, in order. The server lets a message in by the number of the last one alone; numbers come again in a
 * restored bucket, and old clusters let in two that were sent at once. So a write counts only if the message right before it is the very one
 * that it names: whoever reads comes to the same, and whoever wrote makes sure of it before he believes it.
 *
 * What one connection asks at once is taken to be of one time: no bucket is deleted, restored and written to again between such requests.
 */
export class LeaseLog {
  readonly #session: Session;
  readonly #bucket: Bucket;
  readonly #storeId: string;
  readonly #isClustered: boolean;
  #known = new KnownLog();
  #question: Question | null = null;

  constructor({ session, bucket, storeId, isClustered }: LeaseLogParts) {
    this.#session = session;
    this.#bucket = bucket;
    this.#storeId = storeId;
    this.#isClustered = isClustered;
  }

  async last(subject: string, signal?: AbortSignal): Promise<Stored | null> {
    const [last = null] = await this.#ask([{ last_by_subj: subject }], signal);
    return last;
  }

  /**
   * Adds a write behind the message that it names by number.
   *
   * One server alone takes messages one after another, so nothing is between the two. Whether the named one is still the same as well is
   * asked together with the write, of the latest message that is known, for all writes that are sent at once.
   * @throws what `Session.ask` throws.
   */
  async append(write: Write, text: string, signal?: AbortSignal): Promise<Appended> {
    const { record, after, floor } = write;
    const { name } = record;
    return await this.#session.ask(async (line) => {
      const [known, isFirst] = [this.#known, this.#known.isEmpty];
      const expected = known.standing(name)?.head ?? nowhere;
      // Asked for here and sent after the write: both go in one packet.
      const isAlone = line.isAlone && !this.#isClustered;
      const asking = isAlone && !isFirst ? this.#isSame(line, known) : Promise.resolve(false);
      const [{ seq }, isSame] = await Promise.all([this.#publish(line.jetstream, write, text), asking]);
      const place = { seq, nonce: record.nonce };
      const learn = (): true => {
        this.#knownFrom(known, isSame || isFirst).add(name, { head: place, write, floor });
        return true;
      };
      const isProved = isSame && after.seq > 0 && isAt(expected, after);
      const counts = async (): Promise<boolean> =>
        (isProved || (await this.#counts(name, place, write, signal))) && learn();
      return { place, counts };
    }, signal);
  }

  /** @throws LeaseError for a last message that cannot be read. */
  async standing(name: string, signal?: AbortSignal): Promise<Standing> {
    const [known, subject] = [this.#known, this.#bucket.lease(name)];
    const { latest, isEmpty: isFirst } = known;
    const before = known.standing(name);
    // Mostly the last message is the known one, or replaces it: then all that there is to ask is asked at once.
    const [last = null, mark = null, next = null] = await this.#ask(
      [
        { last_by_subj: subject },
        ...(isFirst ? [] : [{ seq: latest.seq }]),
        ...(before === undefined ? [] : [{ seq: before.head.seq + 1, next_by_subj: subject }]),
      ],
      signal,
    );
    const isSame = isStill(mark, latest);
    const knownNow = this.#knownFrom(known, isSame || isFirst);
    if (last === null) return { head: nowhere, write: null, floor: { epoch: 0, waitMs: 0 } };
    const head = readMessage(name, last);
    if (isSame && before !== undefined && isAt(head.place, before.head)) return before;
    const isNext = isSame && before !== undefined && next?.seq === last.seq && names(head, before.head);
    const standing = await this.#standingOf(name, head, isNext ? head.place : nowhere, signal);
    knownNow.add(name, standing);
    return standing;
  }

  async #standingOf(name: string, head: Message, follows: Place, signal: AbortSignal | undefined): Promise<Standing> {
    let floor: Floor = { epoch: 0, waitMs: 0 };
    let isLost = false;
    for (let at: Message | null = head; at !== null; at = await this.#before(name, at.place.seq, signal)) {
      const { content, place } = at;
      if (content === "removed") isLost = true;
      else floor = higher(floor, content.floor);
      if (typeof content === "object" && !("record" in content)) isLost = true;
      if (typeof content !== "object" || !("record" in content)) continue;
      const counts =
        place === follows ? content.storeId === this.#storeId : await this.#counts(name, place, content, signal);
      if (!counts) continue;
      // A higher epoch was there, of a time that a restore took away.
      if (content.record.epoch < floor.epoch) isLost = true;
      return { head: head.place, write: isLost ? null : content, floor };
    }
    return { head: head.place, write: null, floor };
  }

  /** Whether the message right before a write is the very one it names. That one is of the same store, or it would not be named. */
  async #counts(
    name: string,
    { seq }: Place,
    { storeId, after }: Write,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    if (storeId !== this.#storeId) return false;
    const subject = this.#bucket.lease(name);
    const next = { seq: after.seq + 1, next_by_subj: subject };
    const [found, named] = await this.#ask(after.seq === 0 ? [next] : [next, { seq: after.seq }], signal);
    if (found?.seq !== seq) return false;
    return after.seq === 0 || (named?.subject === subject && isStill(named, after));
  }

  /** The message before another one of the same lease. */
  async #before(name: string, seq: number, signal: AbortSignal | undefined): Promise<Message | null> {
    for (let back = 1; ; back *= 2) {
      let found = await this.#next(name, Math.max(1, seq - back), signal);
      if (found === null || found.seq >= seq) {
        if (back >= seq) return null;
        continue;
      }
      for (let later: Stored | null = found; later !== null && later.seq < seq;) {
        found = later;
        later = await this.#next(name, later.seq + 1, signal);
      }
      return readOlder(name, found);
    }
  }

  async #next(name: string, from: number, signal: AbortSignal | undefined): Promise<Stored | null> {
    const [next = null] = await this.#ask([{ seq: from, next_by_subj: this.#bucket.lease(name) }], signal);
    return next;
  }

  /** The known log, or where it may not be the same any more, one of which nothing is known yet. */
  #knownFrom(known: KnownLog, isSame: boolean): KnownLog {
    if (isSame) return known;
    const anew = new KnownLog();
    if (this.#known === known) this.#known = anew;
    return anew;
  }

  /** Whether the log still is the known one, as it is after all that this connection was told to send by now. Never rejects. */
  #isSame(line: Line, known: KnownLog): Promise<boolean> {
    if (this.#question?.line === line && this.#question.known === known) return this.#question.isSame;
    const isSame = Promise.resolve()
      .then(async () => {
        this.#question = null;
        const { latest } = known;
        return isStill(await this.#get(line.manager, { seq: latest.seq }), latest);
      })
      .catch(() => false);
    this.#question = { line, known, isSame };
    return isSame;
  }

  async #publish(
    jetstream: JetStreamClient,
    { record, after }: Write,
    text: string,
  ): Promise<{ readonly seq: number }> {
    const expect = { lastSubjectSequence: after.seq, streamName: this.#bucket.stream };
    return await jetstream.publish(this.#bucket.lease(record.name), text, { expect });
  }

  /** Asked at once. */
  async #ask(queries: readonly Query[], signal: AbortSignal | undefined): Promise<readonly (Stored | null)[]> {
    return await this.#session.ask(
      ({ manager }) => Promise.all(queries.map((query) => this.#get(manager, query))),
      signal,
    );
  }

  async #get(manager: JetStreamManager, query: Query): Promise<Stored | null> {
    const message = await manager.streams.getMessage(this.#bucket.stream, query);
    if (message === null) return null;
    const { seq, subject, timestamp: taken, header } = message;
    return { seq, subject, taken, operation: header.get("KV-Operation"), text: message.string() };
  }
}

function isStill(found: Stored | null | undefined, place: Place): boolean {
  return found !== null && found !== undefined && isAt(placeOf(found), place);
}

function names({ content }: Message, place: Place): boolean {
  return typeof content === "object" && "record" in content && isAt(content.after, place);
}

function higher(one: Floor, other: Floor): Floor {
  return { epoch: Math.max(one.epoch, other.epoch), waitMs: Math.max(one.waitMs, other.waitMs) };
}
