import type { LeaseEvent, LeaseRecord } from "@tenure/schema";
import { assertLeaseName, isLeaseName } from "@tenure/schema/light";
import { LeaseError, type FailureFacts } from "./errors.ts";
import type { FenceStorage } from "./fence.ts";
import { assertWritable, epochIsTaken } from "./for-stores.ts";
import { SeenEpochs } from "./seen-epochs.ts";
import type {
  JournalEntry,
  LeaseStore,
  RequestOptions,
  Snapshot,
  StoreGuarantees,
  StoreProbe,
  SwapOptions,
  SwapOutcome,
} from "./store.ts";

/**
 * What only one engine knows: how its server is asked. It may fail with whatever its client library fails with, and is asked nothing any
 * more once it is closed.
 */
export interface ServerEngine {
  /** As people call it. */
  readonly engine: string;
  readonly storeId: string;
  readonly guarantees: StoreGuarantees;
  /** What stands there. Fails with a `StoreGoneError` where this store does not any more. */
  look(name: string, signal: AbortSignal | undefined): Promise<Snapshot>;
  /** `expected` was seen in this store. Fails only when nothing took effect. */
  swap(expected: Snapshot, record: LeaseRecord, event: LeaseEvent, options: SwapOptions): Promise<SwapOutcome>;
  /** The present snapshot, then each newer one, until `signal` aborts; all were believed. `watchByNews` makes it of a server's notifications. */
  watch(name: string, believe: Believe, signal: AbortSignal): AsyncIterable<Snapshot>;
  journal(name: string, after: string | undefined): AsyncIterable<JournalEntry>;
  list(): Promise<readonly string[]>;
  probe(): Promise<StoreProbe>;
  /** What an operator runs on the server so that epochs go on above this one. */
  raiseFloor(name: string, epoch: number, shown: Pick<Snapshot, "revision" | "floorWaitMs">): string;
  /** In words, with what to do; `doing` reads "read lease orders". What is a `LeaseError` stays what it is. */
  failure(error: unknown, doing: string, facts?: FailureFacts): LeaseError;
  close(): Promise<void>;
}

/** Holds what the server shows of a lease against what was seen before. @throws LeaseError `EEPOCHREGRESSION`, and whatever `ask` fails with. */
export type Believe = <Shown extends Snapshot>(ask: () => Promise<Shown>) => Promise<Shown>;

/** The server answers, and the store that was opened is not there any more: deleted, or the server came back without its data. */
export class StoreGoneError extends LeaseError {
  /** What an operator does to bring it back. */
  readonly repair: string;

  constructor(message: string, facts: FailureFacts, repair: string) {
    super("EEPOCHREGRESSION", message, facts);
    this.repair = repair;
  }
}

const NOTHING = { epochFloor: 0, revision: "", floorWaitMs: 0 } as const;

/** Leases on a server, of whatever kind: all that a store must do apart from asking it. */
export class ServerStore implements LeaseStore {
  readonly storeId: string;
  readonly guarantees: StoreGuarantees;
  readonly #engine: ServerEngine;
  readonly #seen: SeenEpochs;
  readonly #closing = new AbortController();

  /** @param seenEpochs keeps the highest epochs seen across processes, where there is a place for it. */
  constructor(engine: ServerEngine, seenEpochs: FenceStorage | undefined) {
    this.storeId = engine.storeId;
    this.guarantees = engine.guarantees;
    this.#engine = engine;
    this.#seen = new SeenEpochs({ storeId: engine.storeId, storage: seenEpochs, engine: engine.engine });
  }

  async read(name: string, { signal }: RequestOptions = {}): Promise<Snapshot> {
    assertLeaseName(name);
    return await this.#ask(`read lease ${name}`, name, () =>
      this.#believer(name)(() => this.#engine.look(name, signal)),
    );
  }

  async compareAndSwap(
    expected: Snapshot,
    record: LeaseRecord,
    event: LeaseEvent,
    options: SwapOptions,
  ): Promise<SwapOutcome> {
    const { name, epochFloor } = expected;
    const { epoch } = record;
    assertLeaseName(name);
    assertWritable(name, record, event);
    if (expected.storeId !== this.storeId) return { outcome: "conflict" };
    // An epoch that was lost with its record is not issued a second time.
    if (epoch < epochFloor || (expected.record === null && epoch === epochFloor))
      throw epochIsTaken(record, epochFloor);
    const doing = `write lease ${name}`;
    const swapped = await this.#ask(doing, name, () => this.#engine.swap(expected, record, event, options));
    // It is committed, whatever becomes of the note; the next read makes it, or says why it cannot.
    if (swapped.outcome === "committed") await this.#seen.note(name, epoch).catch(() => {});
    if (swapped.outcome !== "unknown") return swapped;
    return { outcome: "unknown", cause: this.#engine.failure(swapped.cause, doing, { name }) };
  }

  async *watch(name: string, { signal }: { readonly signal: AbortSignal }): AsyncGenerator<Snapshot, void, void> {
    assertLeaseName(name);
    const over = AbortSignal.any([signal, this.#closing.signal]);
    if (over.aborted) return;
    try {
      yield* this.#engine.watch(name, this.#believer(name), over);
    } catch (error) {
      if (!over.aborted) throw await this.#told(error, `watch lease ${name}`, name);
    }
  }

  async *journal(name: string, after?: string): AsyncGenerator<JournalEntry, void, void> {
    assertLeaseName(name);
    this.#refuseClosed();
    try {
      yield* this.#engine.journal(name, after);
    } catch (error) {
      throw await this.#told(error, `read the journal of lease ${name}`, name);
    }
  }

  async list(): Promise<readonly string[]> {
    const found = await this.#ask("list leases", undefined, () => this.#engine.list());
    // What others keep beside them on the same server is no lease.
    return found.filter(isLeaseName).toSorted();
  }

  async probe(): Promise<StoreProbe> {
    return await this.#ask("ask the server what it is", undefined, () => this.#engine.probe());
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    await this.#engine.close();
  }

  #believer(name: string): Believe {
    return (ask) => this.#seen.believe(name, ask, (known, shown) => this.#engine.raiseFloor(name, known, shown));
  }

  async #ask<T>(doing: string, name: string | undefined, request: () => Promise<T>): Promise<T> {
    this.#refuseClosed();
    try {
      return await request();
    } catch (error) {
      throw await this.#told(error, doing, name);
    }
  }

  /** @throws LeaseError when the store is gone, with the epochs that were seen of it where there were any. */
  async #told(error: unknown, doing: string, name: string | undefined): Promise<LeaseError> {
    const failure = this.#engine.failure(error, doing, name === undefined ? {} : { name });
    if (!(failure instanceof StoreGoneError) || name === undefined) return failure;
    const repair = (known: number): string => `${failure.repair} and ${this.#engine.raiseFloor(name, known, NOTHING)}`;
    await this.#seen.believe(name, async () => NOTHING, repair);
    return failure;
  }

  #refuseClosed(): void {
    if (this.#closing.signal.aborted)
      throw new LeaseError("ESTOREUNAVAILABLE", `${this.#engine.engine}: this store is closed`);
  }
}
