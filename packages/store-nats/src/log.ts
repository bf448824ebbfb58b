import type { Bucket } from "./bucket.ts";
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
import type { Session } from "./session.ts";

type Query = { readonly seq: number; readonly next_by_subj?: string } | { readonly last_by_subj: string };

/** What the messages of a lease come to. */
export interface Standing {
  /** The last message, whether or not it counts: what the next write replaces. */
  readonly head: Place;
  /** The last write that counts. `null`: there was none, or it was lost since then. */
  readonly write: Write | null;
  readonly floor: Floor;
}

/**
 * The messages of each lease, in order. The server lets a message in by the number of the last one alone; numbers come again in a
 * restored bucket, and old clusters let in two that were sent at once. So a write counts only if the message right before it is the very one
 * that it names: whoever reads comes to the same, and whoever wrote asks before he believes it.
 */
export class LeaseLog {
  readonly #session: Session;
  readonly #bucket: Bucket;
  readonly #storeId: string;

  constructor(session: Session, bucket: Bucket, storeId: string) {
    this.#session = session;
    this.#bucket = bucket;
    this.#storeId = storeId;
  }

  async last(subject: string, signal?: AbortSignal): Promise<Stored | null> {
    return await this.#get({ last_by_subj: subject }, signal);
  }

  /** @throws LeaseError for a last message that cannot be read. */
  async standing(name: string, last: Stored | null, signal?: AbortSignal): Promise<Standing> {
    if (last === null) return { head: nowhere, write: null, floor: { epoch: 0, waitMs: 0 } };
    const head = readMessage(name, last);
    let floor: Floor = { epoch: 0, waitMs: 0 };
    let isLost = false;
    for (let at: Message | null = head; at !== null; at = await this.#before(name, at.place.seq, signal)) {
      const { content, place } = at;
      if (content === "removed") isLost = true;
      else floor = higher(floor, content.floor);
      if (typeof content === "object" && !("record" in content)) isLost = true;
      if (typeof content !== "object" || !("record" in content)) continue;
      if (!(await this.counts(name, place, content, signal))) continue;
      // A higher epoch was there, of a time that a restore took away.
      if (content.record.epoch < floor.epoch) isLost = true;
      return { head: head.place, write: isLost ? null : content, floor };
    }
    return { head: head.place, write: null, floor };
  }

  /** Whether the message right before a write is the very one it names. That one is of the same store, or it would not be named. */
  async counts(name: string, { seq }: Place, { storeId, after }: Write, signal?: AbortSignal): Promise<boolean> {
    if (storeId !== this.#storeId) return false;
    const subject = this.#bucket.lease(name);
    const next = { seq: after.seq + 1, next_by_subj: subject };
    if (after.seq === 0) return (await this.#get(next, signal))?.seq === seq;
    const [found, named] = await this.#getAll([next, { seq: after.seq }], signal);
    return found?.seq === seq && named?.subject === subject && isAt(placeOf(named), after);
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
    return await this.#get({ seq: from, next_by_subj: this.#bucket.lease(name) }, signal);
  }

  async #get(query: Query, signal: AbortSignal | undefined): Promise<Stored | null> {
    const [found = null] = await this.#getAll([query], signal);
    return found;
  }

  /** Asked at once. */
  async #getAll(queries: readonly Query[], signal: AbortSignal | undefined): Promise<readonly (Stored | null)[]> {
    const { stream } = this.#bucket;
    const found = await this.#session.ask(
      ({ manager }) => Promise.all(queries.map((query) => manager.streams.getMessage(stream, query))),
      signal,
    );
    return found.map((message) => {
      if (message === null) return null;
      const { seq, subject, timestamp: taken, header } = message;
      return { seq, subject, taken, operation: header.get("KV-Operation"), text: message.string() };
    });
  }
}

function higher(one: Floor, other: Floor): Floor {
  return { epoch: Math.max(one.epoch, other.epoch), waitMs: Math.max(one.waitMs, other.waitMs) };
}
