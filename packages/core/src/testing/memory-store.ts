import type { LeaseEvent, LeaseRecord } from "@tenure/schema";
import { isLeaseName, quoteForDisplay } from "@tenure/schema/light";
import type { Clock } from "../clock.ts";
import { LeaseError } from "../errors.ts";
import type {
  JournalEntry,
  LeaseStore,
  RequestOptions,
  Snapshot,
  StoreGuarantees,
  StoreProbe,
  SwapOptions,
  SwapOutcome,
} from "../store.ts";
import {
  Faults,
  promiseWithResolve,
  unavailable,
  type Fault,
  type FaultyCall,
  type Injection,
} from "./memory-faults.ts";
import { MemoryVigil, VigilBoard } from "./memory-vigil.ts";

export interface MemoryStoreOptions {
  readonly storeId?: string;
  /** Needed for faults that delay. */
  readonly clock?: Clock;
  /** Whether a holder's end is told; `true` by default. */
  readonly tellsDeath?: boolean;
}

interface Kept {
  record: LeaseRecord | null;
  revision: number;
  epochFloor: number;
  floorWaitMs: number;
  readonly journal: JournalEntry[];
}

/** What all connections to one memory store share. */
class Memory {
  readonly storeId: string;
  readonly leases = new Map<string, Kept>();
  readonly board = new VigilBoard();
  #changed = promiseWithResolve();

  constructor(storeId: string) {
    this.storeId = storeId;
  }

  of(name: string): Kept {
    if (!isLeaseName(name)) throw new LeaseError("EUSAGE", `${quoteForDisplay(name)} is no lease name`);
    let kept = this.leases.get(name);
    if (kept === undefined) {
      kept = { record: null, revision: 0, epochFloor: 0, floorWaitMs: 0, journal: [] };
      this.leases.set(name, kept);
    }
    return kept;
  }

  get changed(): Promise<void> {
    return this.#changed.promise;
  }

  tellChange(): void {
    const changed = this.#changed;
    this.#changed = promiseWithResolve();
    changed.resolve();
  }
}

/**
 * A lease store in memory, for tests: exact, instant, and faulty on demand. `connect` gives each client its own connection,
 * as another process would have, with its own faults and its own end.
 */
export class MemoryStore implements LeaseStore {
  readonly storeId: string;
  readonly guarantees: StoreGuarantees;
  readonly vigil?: MemoryVigil;
  readonly #memory: Memory;
  readonly #faults: Faults;
  readonly #options: MemoryStoreOptions;
  #closed = promiseWithResolve();
  #state: "open" | "closed" | "crashed" = "open";

  constructor(options: MemoryStoreOptions & { readonly sharedWith?: MemoryStore } = {}) {
    this.#memory =
      options.sharedWith === undefined ? new Memory(options.storeId ?? "memory-store") : options.sharedWith.#memory;
    this.#options = options;
    this.#faults = new Faults(options.clock);
    this.storeId = this.#memory.storeId;
    const tellsDeath = options.tellsDeath ?? true;
    if (tellsDeath) this.vigil = new MemoryVigil(this.#memory.board, (effect) => this.#call("keep", effect));
    this.guarantees = {
      engine: "memory",
      scope: "process",
      linearizable: true,
      durable: false,
      survivesFailover: false,
      serverClock: false,
      journal: "atomic",
      tellsDeath,
      fair: false,
      epochResets: ["the end of the process"],
    };
  }

  /** Another client's connection to the same memory. */
  connect(options: Pick<MemoryStoreOptions, "clock"> = {}): MemoryStore {
    return new MemoryStore({ ...this.#options, ...options, sharedWith: this });
  }

  /** Makes the next `times` calls of one kind, on this connection, go wrong. */
  inject(call: FaultyCall, fault: Fault, { times = 1 }: { readonly times?: number } = {}): Injection {
    return this.#faults.inject(call, fault, times);
  }

  /** Decides for each call of this connection what goes wrong with it, if anything. */
  set faultPolicy(policy: ((call: FaultyCall) => Fault | undefined) | undefined) {
    this.#faults.policy = policy;
  }

  /** The end of this client's process: its vigils end, and nothing it asked for is answered any more. */
  crash(): void {
    this.#state = "crashed";
    this.vigil?.endAll();
  }

  /** Puts anything in place of a record, as a restored backup, a deletion (`null`) or a foreign writer would. The floor stays. */
  tamper(name: string, record: LeaseRecord | null): void {
    const kept = this.#memory.of(name);
    kept.record = copy(record);
    kept.revision += 1;
    this.#memory.tellChange();
  }

  read(name: string, { signal }: RequestOptions = {}): Promise<Snapshot> {
    return this.#call("read", () => this.#snapshot(name), signal);
  }

  compareAndSwap(
    expected: Snapshot,
    record: LeaseRecord,
    event: LeaseEvent,
    options: SwapOptions,
  ): Promise<SwapOutcome> {
    return this.#call<SwapOutcome>(
      "compareAndSwap",
      () => this.#swap(expected, record, event),
      options.signal,
      (cause) => ({ outcome: "unknown", cause }),
    );
  }

  async *watch(name: string, { signal }: { readonly signal: AbortSignal }): AsyncGenerator<Snapshot, void, void> {
    let seen: string | null = null;
    const stopped = promiseWithResolve();
    const stop = (): void => stopped.resolve();
    signal.addEventListener("abort", stop);
    try {
      while (!signal.aborted && this.#state !== "closed") {
        const changed = this.#memory.changed;
        const snapshot = await Promise.race([this.#call("watch", () => this.#snapshot(name)), stopped.promise]);
        if (snapshot === undefined) return;
        if (snapshot.revision === seen) {
          await Promise.race([changed, stopped.promise, this.#closed.promise]);
        } else {
          seen = snapshot.revision;
          yield snapshot;
        }
      }
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  async *journal(name: string, after?: string): AsyncGenerator<JournalEntry, void, void> {
    const { journal } = this.#memory.of(name);
    const from = after === undefined ? 0 : Number(after);
    for (const entry of journal.slice()) {
      if (Number(entry.revision) > from) yield await Promise.resolve(copy(entry));
    }
  }

  list(): Promise<readonly string[]> {
    const written = [...this.#memory.leases].filter(([, kept]) => kept.revision > 0);
    return this.#call("read", () => written.map(([name]) => name).toSorted());
  }

  probe(): Promise<StoreProbe> {
    return Promise.resolve({
      engine: "memory",
      storeId: this.storeId,
      facts: {},
      warnings: ["nothing survives the process"],
    });
  }

  close(): Promise<void> {
    if (this.#state === "open") this.#state = "closed";
    this.vigil?.endAll();
    this.#closed.resolve();
    return Promise.resolve();
  }

  async #call<T>(
    call: FaultyCall,
    effect: () => T,
    signal?: AbortSignal,
    failedAfter: (cause: unknown) => T = (cause) => {
      throw cause;
    },
  ): Promise<T> {
    if (this.#state === "crashed") return await new Promise<never>(() => {});
    if (this.#state === "closed") throw unavailable(`store ${this.storeId} is closed`);
    return await this.#faults.run(call, effect, { signal, failedAfter });
  }

  #snapshot(name: string): Snapshot {
    const { record, revision, epochFloor, floorWaitMs } = this.#memory.of(name);
    return { name, storeId: this.storeId, record: copy(record), revision: String(revision), epochFloor, floorWaitMs };
  }

  #swap(expected: Snapshot, record: LeaseRecord, event: LeaseEvent): SwapOutcome {
    const kept = this.#memory.of(expected.name);
    const stands =
      expected.storeId === this.storeId &&
      expected.revision === String(kept.revision) &&
      expected.record?.nonce === kept.record?.nonce;
    if (!stands) return { outcome: "conflict" };
    if (record.epoch < kept.epochFloor) {
      throw new LeaseError("EEPOCHREGRESSION", `epoch ${record.epoch} lies below ${kept.epochFloor}, issued before`);
    }
    kept.record = copy(record);
    kept.revision += 1;
    kept.epochFloor = record.epoch;
    kept.floorWaitMs = Math.max(kept.floorWaitMs, record.leaseDurationMs + record.lockDelayMs);
    kept.journal.push({ revision: String(kept.revision), event: copy(event), record: copy(record) });
    this.#memory.tellChange();
    return { outcome: "committed", snapshot: this.#snapshot(expected.name) };
  }
}

/** What another process would read: nothing is shared, and only what JSON carries gets through. */
function copy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
