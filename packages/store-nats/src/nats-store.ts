import { assertWritable, epochIsTaken, LeaseError, SeenEpochs, SharedListener, watchByNews } from "@tenure/core";
import type {
  FenceStorage,
  JournalEntry,
  LeaseStore,
  RequestOptions,
  Snapshot,
  StoreGuarantees,
  StoreProbe,
  SwapOptions,
  SwapOutcome,
} from "@tenure/core";
import type { LeaseEvent, LeaseRecord } from "@tenure/schema";
import { assertLeaseName } from "@tenure/schema/light";
import type { Bucket } from "./bucket.ts";
import { listenTo, messagesBetween } from "./deliveries.ts";
import { isStreamCode, storeFailure, StreamCode } from "./failure.ts";
import { storeIsGone } from "./gone.ts";
import { LeaseLog, type Appended } from "./log.ts";
import { isAt, readOlder, readRevision, revisionText, textOf, waitMsOf, type Message, type Write } from "./message.ts";
import { askServer, guaranteesOf, probeOf, type ServerFacts } from "./server.ts";
import { causeOf, isAnswer, type Ask, type Session } from "./session.ts";
import { readStoreId } from "./store-name.ts";

export interface NatsStoreParts {
  readonly session: Session;
  readonly bucket: Bucket;
  readonly storeId: string;
  readonly facts: ServerFacts;
  readonly seenEpochs: FenceStorage | undefined;
}

/** Leases in a key-value bucket of NATS JetStream. It knows names, records and revisions, and no rule of leases. Nothing in it expires. */
export class NatsStore implements LeaseStore {
  readonly storeId: string;
  readonly guarantees: StoreGuarantees;
  readonly #session: Session;
  readonly #bucket: Bucket;
  readonly #log: LeaseLog;
  readonly #facts: ServerFacts;
  readonly #listener: SharedListener;
  readonly #seen: SeenEpochs;
  readonly #closing = new AbortController();

  constructor({ session, bucket, storeId, facts, seenEpochs }: NatsStoreParts) {
    this.storeId = storeId;
    this.guarantees = guaranteesOf(facts);
    this.#session = session;
    this.#bucket = bucket;
    this.#log = new LeaseLog({ session, bucket, storeId, isClustered: facts.info.cluster !== undefined });
    this.#facts = facts;
    this.#listener = new SharedListener(listenTo(session, bucket));
    this.#seen = new SeenEpochs({ storeId, storage: seenEpochs, engine: "NATS" });
  }

  async read(name: string, { signal }: RequestOptions = {}): Promise<Snapshot> {
    assertLeaseName(name);
    return await this.#asking(`read lease ${name}`, name, () =>
      this.#seen.believe(
        name,
        () => this.#look(name, signal),
        (known, { floorWaitMs }) => this.#raiseFloor(name, known, floorWaitMs),
      ),
    );
  }

  async compareAndSwap(
    expected: Snapshot,
    record: LeaseRecord,
    event: LeaseEvent,
    { signal }: SwapOptions,
  ): Promise<SwapOutcome> {
    const { name, storeId } = expected;
    assertLeaseName(name);
    assertWritable(name, record, event);
    const after = readRevision(expected.revision);
    if (storeId !== this.storeId || after === null) return { outcome: "conflict" };
    const isBelow = record.epoch < expected.epochFloor;
    const wasLost = expected.record === null && record.epoch === expected.epochFloor;
    if (isBelow || wasLost) throw epochIsTaken(record, expected.epochFloor);
    const floor = { epoch: record.epoch, waitMs: Math.max(expected.floorWaitMs, waitMsOf(record)) };
    const write: Write = { storeId, after, floor, event, record };
    const text = textOf(write);
    const [doing, facts] = [`write lease ${name}`, { name }];
    let appended: Appended;
    try {
      this.#refuseClosed();
      appended = await this.#log.append(write, text, signal);
    } catch (error) {
      const cause = causeOf(error);
      if (isStreamCode(cause, StreamCode.wrongLastSequence)) return { outcome: "conflict" };
      // A bucket that is gone has nobody who would answer; neither has a server that only starts.
      if (isAnswer(cause)) await this.#assertHere(name, signal).catch(rethrowGone);
      const failure = storeFailure(cause, doing, facts);
      const mayStand = error !== cause && (!isAnswer(cause) || isStreamCode(cause, StreamCode.storeFailed));
      if (!mayStand) throw failure;
      return { outcome: "unknown", cause: failure };
    }
    try {
      const counts = await appended.counts();
      // The first one names none that would show which store it is.
      if (!counts || after.seq === 0) await this.#assertHere(name, signal);
      if (!counts) return { outcome: "conflict" };
    } catch (error) {
      rethrowGone(error);
      return { outcome: "unknown", cause: storeFailure(causeOf(error), doing, facts) };
    }
    // It is committed, whatever becomes of the note; the next read makes it, or says why it cannot.
    await this.#seen.note(name, record.epoch).catch(() => {});
    const revision = revisionText(appended.place);
    const snapshot = { name, storeId, record, revision, epochFloor: floor.epoch, floorWaitMs: floor.waitMs };
    return { outcome: "committed", snapshot };
  }

  async *watch(name: string, { signal }: { readonly signal: AbortSignal }): AsyncGenerator<Snapshot, void, void> {
    assertLeaseName(name);
    try {
      yield* watchByNews({
        read: (over) => this.read(name, { signal: over }),
        listen: (listener, over) => this.#listener.listen(name, listener, over),
        signal: AbortSignal.any([signal, this.#closing.signal]),
      });
    } catch (error) {
      throw storeFailure(causeOf(error), `watch lease ${name}`, { name });
    }
  }

  async *journal(name: string, after?: string): AsyncGenerator<JournalEntry, void, void> {
    assertLeaseName(name);
    const doing = `read the journal of lease ${name}`;
    const subject = this.#bucket.lease(name);
    const from = (after === undefined ? null : readRevision(after))?.seq ?? 0;
    const last = await this.#asking(doing, name, async () => {
      await this.#assertHere(name);
      return await this.#log.last(subject);
    });
    if (last === null || last.seq <= from) return;
    try {
      let before: Message | null = null;
      const range = { from: Math.max(1, from), to: last.seq };
      for await (const stored of messagesBetween(this.#session, this.#bucket, subject, range)) {
        const message = readOlder(name, stored);
        const { content, place } = message;
        if (place.seq > from && this.#counted(content, before))
          yield { revision: revisionText(place), event: content.event, record: content.record };
        before = message;
      }
    } catch (error) {
      throw storeFailure(causeOf(error), doing, { name });
    }
  }

  async list(): Promise<readonly string[]> {
    const { stream, all } = this.#bucket;
    const asked: Ask<readonly string[]> = async ({ manager }) => {
      const { state } = await manager.streams.info(stream, { subjects_filter: all });
      return Object.keys(state.subjects ?? {});
    };
    const subjects = await this.#asking("list leases", undefined, () => this.#session.ask(asked));
    return subjects
      .map((subject) => this.#bucket.nameOf(subject))
      .filter((name) => name !== null)
      .toSorted();
  }

  async probe(): Promise<StoreProbe> {
    return await this.#asking("ask the server what it is", undefined, async () =>
      probeOf(this.storeId, await askServer(this.#session, this.#bucket, this.#facts.isInClear)),
    );
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#listener.close();
    await this.#session.end();
  }

  async #look(name: string, signal: AbortSignal | undefined): Promise<Snapshot> {
    const [, { head, write, floor }] = await Promise.all([
      this.#assertHere(name, signal),
      this.#orGone(name, this.#log.standing(name, signal)),
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

  /** The oldest line that is kept has none before it by which it could be judged. */
  #counted(content: Message["content"], before: Message | null): content is Write {
    if (content === "removed" || !("record" in content) || content.storeId !== this.storeId) return false;
    if (before === null) return true;
    return typeof before.content === "object" && "record" in before.content
      ? isAt(before.place, content.after)
      : before.place.seq === content.after.seq;
  }

  /** @throws LeaseError when the bucket holds another store by now, or none. */
  async #assertHere(name: string, signal?: AbortSignal): Promise<void> {
    const kept = await this.#orGone(name, this.#log.last(this.#bucket.store, signal));
    const found = kept === null ? "" : readStoreId(kept.text);
    if (found !== this.storeId) await this.#isGone(name, found);
  }

  async #orGone<T>(name: string, asked: Promise<T>): Promise<T> {
    try {
      return await asked;
    } catch (error) {
      if (isStreamCode(causeOf(error), StreamCode.notFound)) return await this.#isGone(name, "");
      throw error;
    }
  }

  /** @throws LeaseError `EEPOCHREGRESSION`, with the epochs that were seen of it where there were any. */
  async #isGone(name: string, found: string): Promise<never> {
    const gone = storeIsGone(name, this.storeId, this.#bucket.name, found);
    const raise = (known: number): string => `${this.#raiseFloor(name, known, 0)} (${gone.message})`;
    await this.#seen.believe(name, () => Promise.resolve({ epochFloor: 0 }), raise);
    throw gone;
  }

  /** What an operator types. */
  #raiseFloor(name: string, epoch: number, waitMs: number): string {
    return `nats kv put ${this.#bucket.name} ${this.#bucket.key(name)} '${JSON.stringify({ epoch, waitMs })}'`;
  }

  async #asking<T>(doing: string, name: string | undefined, ask: () => Promise<T>): Promise<T> {
    this.#refuseClosed();
    try {
      return await ask();
    } catch (error) {
      throw storeFailure(causeOf(error), doing, name === undefined ? {} : { name });
    }
  }

  #refuseClosed(): void {
    if (this.#closing.signal.aborted) throw new LeaseError("ESTOREUNAVAILABLE", "NATS: this store is closed");
  }
}

function rethrowGone(error: unknown): void {
  if (error instanceof LeaseError && error.code === "EEPOCHREGRESSION") throw error;
}
