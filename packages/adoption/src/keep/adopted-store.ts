import type {
  Clock,
  JournalEntry,
  LeaseStore,
  RequestOptions,
  Snapshot,
  StoreGuarantees,
  StoreProbe,
  SwapOptions,
  SwapOutcome,
  Vigil,
} from "@tenure/core";
import type { LeaseEvent, LeaseRecord } from "@tenure/schema";
import { escapeForDisplay } from "@tenure/schema/light";
import type { KeptFile } from "./kept-file.ts";

export interface AdoptedStoreOptions {
  readonly store: LeaseStore;
  readonly clock: Clock;
  /** The file that a lease was adopted with, if it was; asked before each change, so that an adoption is seen at the next. */
  readonly fileOf: (name: string) => KeptFile | null;
  /** Ends the present term, since somebody writes its file; where `bar`, also keeps others from following. */
  readonly end: (name: string, evidence: string, options: { readonly bar: boolean }) => Promise<void>;
  /** A write that went round tenure, or what keeps the file from being kept in step. Called once for each, until it changes. */
  readonly onTrouble: (name: string, trouble: string) => void;
}

/** A renewal does not wait longer than this for a file that a disk does not give out. */
const LOOK_LIMIT_MS = 500;

/**
 * A store whose adopted leases are mirrored into the files of the mechanism they come from. Each change of the record is preceded by
 * a look at the file, so that a foreign write is found within one renewal, and goes into the journal with it. The file decides
 * nothing but this: a term is never begun beside a foreign holder, nor below an epoch it shows.
 */
export class AdoptedStore implements LeaseStore {
  readonly storeId: string;
  readonly guarantees: StoreGuarantees;
  readonly vigil?: Vigil;
  readonly #options: AdoptedStoreOptions;
  readonly #mirroring = new Map<string, Promise<void>>();
  readonly #told = new Map<string, string>();

  constructor(options: AdoptedStoreOptions) {
    const { storeId, guarantees, vigil } = options.store;
    this.storeId = storeId;
    this.guarantees = guarantees;
    if (vigil !== undefined) this.vigil = vigil;
    this.#options = options;
  }

  async read(name: string, options?: RequestOptions): Promise<Snapshot> {
    return await this.#aboveFile(await this.#options.store.read(name, options));
  }

  async compareAndSwap(
    expected: Snapshot,
    record: LeaseRecord,
    event: LeaseEvent,
    options: SwapOptions,
  ): Promise<SwapOutcome> {
    const { store, fileOf, end } = this.#options;
    const { name } = record;
    const file = fileOf(name);
    if (file === null) return await store.compareAndSwap(expected, record, event, options);
    const objection = await this.#within(name, file.object(expected, record, kindOf(event)));
    if (objection?.kind === "wait") throw objection.error;
    if (objection?.kind === "end") {
      this.#tell(name, objection.evidence);
      await end(name, objection.evidence, objection);
      return { outcome: "conflict" };
    }
    const remark = objection?.remark ?? null;
    if (remark !== null) this.#tell(name, remark);
    const outcome = await store.compareAndSwap(expected, record, remarked(event, remark), options);
    if (outcome.outcome !== "conflict") this.#mirror(name, file);
    else if (remark !== null) file.notWritten();
    return outcome;
  }

  async *watch(name: string, options: { readonly signal: AbortSignal }): AsyncGenerator<Snapshot, void, void> {
    for await (const snapshot of this.#options.store.watch(name, options)) yield await this.#aboveFile(snapshot);
  }

  journal(name: string, after?: string): AsyncIterable<JournalEntry> {
    return this.#options.store.journal(name, after);
  }

  list(): Promise<readonly string[]> {
    return this.#options.store.list();
  }

  probe(): Promise<StoreProbe> {
    return this.#options.store.probe();
  }

  /** Writes into the file of an adopted lease what stands in the store: the last writer may have been killed before it did. */
  async bringIntoStep(name: string): Promise<void> {
    const file = this.#options.fileOf(name);
    if (file !== null) this.#mirror(name, file);
    await this.settled();
  }

  /** Resolves when what is under way has been written into the files. Rejects never: a mirror fails no lease. */
  async settled(): Promise<void> {
    await Promise.all(this.#mirroring.values());
  }

  async close(): Promise<void> {
    await this.settled();
    await this.#options.store.close();
  }

  /** An epoch that stands in the file is used up, whoever wrote it. */
  async #aboveFile(snapshot: Snapshot): Promise<Snapshot> {
    const { name, record, epochFloor } = snapshot;
    const file = record === null ? null : this.#options.fileOf(name);
    if (file === null) return snapshot;
    const epoch = (await this.#within(name, file.epoch())) ?? 0;
    return epoch > epochFloor ? { ...snapshot, epochFloor: epoch } : snapshot;
  }

  /** One after the other; what changes meanwhile is written by the one that follows. */
  #mirror(name: string, file: KeptFile): void {
    const before = this.#mirroring.get(name) ?? Promise.resolve();
    const written = before
      .then(() => file.bringIntoStep())
      .catch((error: unknown) => this.#tell(name, `its adopted file is not kept in step: ${(error as Error).message}`));
    this.#mirroring.set(name, written);
  }

  /** `null`: not known in time, or not to be known. The lease goes on without the file, and that is told. */
  async #within<T>(name: string, look: Promise<T>): Promise<T | null> {
    let expire: () => void = () => {};
    const expired = new Promise<null>((resolve) => (expire = () => resolve(null)));
    const timer = this.#options.clock.startTimer(LOOK_LIMIT_MS, () => {
      this.#tell(name, `its adopted file could not be looked at within ${LOOK_LIMIT_MS} ms`);
      expire();
    });
    const known = look.catch((error: unknown) => {
      this.#tell(name, `its adopted file could not be looked at: ${(error as Error).message}`);
      return null;
    });
    return await Promise.race([known, expired]).finally(() => timer.cancel());
  }

  #tell(name: string, trouble: string): void {
    if (this.#told.get(name) === trouble) return;
    this.#told.set(name, trouble);
    this.#options.onTrouble(name, trouble);
  }
}

function kindOf({ type }: LeaseEvent): "acquire" | "renew" | "other" {
  if (type === "lease.acquired" || type === "lease.taken_over") return "acquire";
  return type === "lease.renewed" ? "renew" : "other";
}

/** As much as a remark holds. */
const REMARK_LENGTH = 1_000;

function remarked(event: LeaseEvent, remark: string | null): LeaseEvent {
  if (remark === null) return event;
  const both = event.remark === undefined ? remark : `${event.remark}; ${remark}`;
  return { ...event, remark: Array.from(escapeForDisplay(both)).slice(0, REMARK_LENGTH).join("") };
}
