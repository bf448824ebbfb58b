import { causeOf, SharedListener, StoreGoneError, waitMsOf, watchByNews } from "@tenure/core";
import type {
  Believe,
  FailureFacts,
  JournalEntry,
  LeaseError,
  ServerEngine,
  Snapshot,
  StoreGuarantees,
  StoreProbe,
  SwapOptions,
  SwapOutcome,
} from "@tenure/core";
import type { LeaseEvent, LeaseRecord } from "@tenure/schema";
import type { Bucket } from "./bucket.ts";
import { listenTo, messagesBetween } from "./deliveries.ts";
import { isLostRace, isStreamCode, storeFailure, StreamCode } from "./failure.ts";
import { LeaseLog, type Appended } from "./log.ts";
import { isAt, readOlder, readRevision, revisionText, textOf, type Message, type Write } from "./message.ts";
import { askServer, guaranteesOf, probeOf, type ServerFacts } from "./server.ts";
import { isAnswer, type Session } from "./session.ts";
import { readStoreId } from "./store-name.ts";

export interface NatsEngineParts {
  readonly session: Session;
  readonly bucket: Bucket;
  readonly storeId: string;
  readonly facts: ServerFacts;
}

/** Leases in a key-value bucket of NATS JetStream. It knows names, records and revisions, and no rule of leases. Nothing in it expires. */
export class NatsEngine implements ServerEngine {
  readonly engine = "NATS";
  readonly storeId: string;
  readonly guarantees: StoreGuarantees;
  readonly #session: Session;
  readonly #bucket: Bucket;
  readonly #log: LeaseLog;
  readonly #facts: ServerFacts;
  readonly #listener: SharedListener;

  constructor({ session, bucket, storeId, facts }: NatsEngineParts) {
    this.storeId = storeId;
    this.guarantees = guaranteesOf(facts);
    this.#session = session;
    this.#bucket = bucket;
    this.#log = new LeaseLog({ session, bucket, storeId, isClustered: facts.info.cluster !== undefined });
    this.#facts = facts;
    this.#listener = new SharedListener(listenTo(session, bucket));
  }

  async look(name: string, signal: AbortSignal | undefined): Promise<Snapshot> {
    const [, { head, write, floor }] = await Promise.all([
      this.#assertHere({ name }, signal),
      this.#orGone({ name }, this.#log.standing(name, signal)),
    ]);
    return {
      name,
      storeId: this.storeId,
      record: write?.record ?? null,
      revision: revisionText(head),
      epochFloor: floor.epoch,
      floorWaitMs: floor.waitMs,
    };
  }

  async swap(
    expected: Snapshot,
    record: LeaseRecord,
    event: LeaseEvent,
    { signal }: SwapOptions,
  ): Promise<SwapOutcome> {
    const { name, storeId } = expected;
    const after = readRevision(expected.revision);
    if (after === null) return { outcome: "conflict" };
    const floor = { epoch: record.epoch, waitMs: Math.max(expected.floorWaitMs, waitMsOf(record)) };
    const write: Write = { storeId, after, floor, event, record };
    const text = textOf(write);
    let appended: Appended;
    try {
      appended = await this.#log.append(write, text, signal);
    } catch (error) {
      const cause = causeOf(error);
      if (isLostRace(cause)) return { outcome: "conflict" };
      // A bucket that is gone has nobody who would answer; neither has a server that only starts.
      if (isAnswer(cause)) await this.#assertHere({ name }, signal).catch(rethrowGone);
      const mayStand = error !== cause && (!isAnswer(cause) || isStreamCode(cause, StreamCode.storeFailed));
      if (!mayStand) throw error;
      return { outcome: "unknown", cause };
    }
    try {
      const counts = await appended.counts();
      // The first one names none that would show which store it is.
      if (!counts || after.seq === 0) await this.#assertHere({ name }, signal);
      if (!counts) return { outcome: "conflict" };
    } catch (error) {
      rethrowGone(error);
      return { outcome: "unknown", cause: causeOf(error) };
    }
    const revision = revisionText(appended.place);
    const snapshot = { name, storeId, record, revision, epochFloor: floor.epoch, floorWaitMs: floor.waitMs };
    return { outcome: "committed", snapshot };
  }

  watch(name: string, believe: Believe, signal: AbortSignal): AsyncIterable<Snapshot> {
    return watchByNews({
      read: (over) => believe(() => this.look(name, over)),
      listen: (listener, over) => this.#listener.listen(name, listener, over),
      signal,
    });
  }

  async *journal(name: string, after: string | undefined): AsyncGenerator<JournalEntry, void, void> {
    const subject = this.#bucket.lease(name);
    const from = (after === undefined ? null : readRevision(after))?.seq ?? 0;
    await this.#assertHere({ name });
    const last = await this.#log.last(subject);
    if (last === null || last.seq <= from) return;
    let before: Message | null = null;
    const range = { from: Math.max(1, from), to: last.seq };
    for await (const stored of messagesBetween(this.#session, this.#bucket, subject, range)) {
      const message = readOlder(name, stored);
      const { content, place } = message;
      if (place.seq > from && this.#counted(content, before))
        yield { revision: revisionText(place), event: content.event, record: content.record };
      before = message;
    }
  }

  async list(): Promise<readonly string[]> {
    const { stream, all } = this.#bucket;
    const asked = this.#session.ask(async ({ manager }) => {
      const { state } = await manager.streams.info(stream, { subjects_filter: all });
      return Object.keys(state.subjects ?? {});
    });
    const [, subjects] = await Promise.all([this.#assertHere({}), this.#orGone({}, asked)]);
    return subjects.map((subject) => this.#bucket.nameOf(subject)).filter((name) => name !== null);
  }

  async probe(): Promise<StoreProbe> {
    return probeOf(this.storeId, await askServer(this.#session, this.#bucket, this.#facts.isInClear));
  }

  raiseFloor(name: string, epoch: number, { floorWaitMs: waitMs }: Pick<Snapshot, "floorWaitMs">): string {
    return `nats kv put ${this.#bucket.name} ${this.#bucket.key(name)} '${JSON.stringify({ epoch, waitMs })}'`;
  }

  failure(error: unknown, doing: string, facts?: FailureFacts): LeaseError {
    return storeFailure(causeOf(error), doing, facts);
  }

  async close(): Promise<void> {
    this.#listener.close();
    await this.#session.end();
  }

  /** The oldest line that is kept has none before it by which it could be judged. */
  #counted(content: Message["content"], before: Message | null): content is Write {
    if (content === "removed" || !("record" in content) || content.storeId !== this.storeId) return false;
    if (before === null) return true;
    return typeof before.content === "object" && "record" in before.content
      ? isAt(before.place, content.after)
      : before.place.seq === content.after.seq;
  }

  /** @throws StoreGoneError when the bucket holds another store by now, or none. */
  async #assertHere(facts: FailureFacts, signal?: AbortSignal): Promise<void> {
    const kept = await this.#orGone(facts, this.#log.last(this.#bucket.store, signal));
    const found = kept === null ? "" : readStoreId(kept.text);
    if (found !== this.storeId) throw this.#isGone(facts, found);
  }

  async #orGone<T>(facts: FailureFacts, asked: Promise<T>): Promise<T> {
    try {
      return await asked;
    } catch (error) {
      throw isStreamCode(causeOf(error), StreamCode.notFound) ? this.#isGone(facts, "") : error;
    }
  }

  /** `found` is the store that is there now, or nothing. */
  #isGone(facts: FailureFacts, found: string): StoreGoneError {
    const now = found === "" ? "holds no store any more" : `holds store ${found} now`;
    const message =
      `NATS: bucket ${this.#bucket.name} ${now}, and store ${this.storeId} was there: the bucket was deleted, or its server started without its data. ` +
      "It is not believed. Restore the data, or open the store anew once nobody acts under the lost epochs any more";
    return new StoreGoneError(message, facts, `restore the data of bucket ${this.#bucket.name}`);
  }
}

function rethrowGone(error: unknown): void {
  if (error instanceof StoreGoneError) throw error;
}
