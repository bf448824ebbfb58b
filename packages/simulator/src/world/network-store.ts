import { LeaseError, SeenEpochs } from "@tenure/core";
import type {
  FenceStorage,
  LeaseStore,
  RequestOptions,
  Snapshot,
  StoreGuarantees,
  StoreProbe,
  SwapOptions,
  SwapOutcome,
} from "@tenure/core";
import type { LeaseEvent, LeaseRecord } from "@tenure/schema";
import type { NetworkRates } from "../schedule/plan.ts";
import type { SimProcess } from "./sim-process.ts";
import type { SimServer } from "./sim-server.ts";

const LATENCY_MS = 2;
/** A watch that hears nothing asks again. */
const ASK_AGAIN_MS = 4_000;

const guarantees: StoreGuarantees = {
  engine: "simulated",
  scope: "network",
  linearizable: true,
  durable: true,
  survivesFailover: false,
  serverClock: true,
  journal: "atomic",
  tellsDeath: false,
  fair: false,
  epochResets: [],
};

/** What lies between one process and the server. */
export interface Link {
  readonly rates: () => NetworkRates;
  readonly isCut: () => boolean;
  /** Every message takes this much longer, at most. */
  readonly slownessMs: () => number;
  readonly lostNotices: () => number;
  readonly onFault: (kind: string) => void;
}

/** A store that is reached by messages, each of which may be late or lost. */
export class NetworkStore implements LeaseStore {
  readonly storeId: string;
  readonly guarantees: StoreGuarantees = guarantees;
  readonly #server: SimServer;
  readonly #process: SimProcess;
  readonly #link: Link;
  readonly #seen: SeenEpochs | undefined;

  /** @param seenEpochs where the machine keeps them; left out: they are not looked at. */
  constructor(server: SimServer, process: SimProcess, link: Link, seenEpochs?: FenceStorage) {
    const { storeId } = server;
    this.#seen = seenEpochs && new SeenEpochs({ storeId, storage: seenEpochs, engine: "the simulated server" });
    this.storeId = server.storeId;
    this.#server = server;
    this.#process = process;
    this.#link = link;
  }

  read(_name: string, { signal }: RequestOptions = {}): Promise<Snapshot> {
    return this.#look(signal);
  }

  compareAndSwap(
    expected: Snapshot,
    record: LeaseRecord,
    event: LeaseEvent,
    { signal }: SwapOptions,
  ): Promise<SwapOutcome> {
    const asked = this.#ask<SwapOutcome>(
      signal,
      () => this.#server.swap(expected, record, event),
      (cause) => ({ outcome: "unknown", cause }),
    );
    return this.#seen === undefined ? asked : this.#noting(this.#seen, asked);
  }

  async #noting(seen: SeenEpochs, asked: Promise<SwapOutcome>): Promise<SwapOutcome> {
    const answer = await asked;
    if (answer.outcome === "committed") await seen.note(answer.snapshot.name, answer.snapshot.epochFloor);
    return answer;
  }

  #look(signal: AbortSignal | undefined, withinMs?: number): Promise<Snapshot> {
    const ask = (): Promise<Snapshot> => this.#ask(signal, () => this.#server.read(), rethrow, withinMs);
    return this.#seen === undefined ? ask() : this.#seen.believe(this.#server.name, ask, () => "raise the floor");
  }

  async *watch(_name: string, { signal }: { readonly signal: AbortSignal }): AsyncGenerator<Snapshot, void, void> {
    let wake = (): void => {};
    let changed = false;
    const stop = this.#server.watch(() => {
      const { random } = this.#process.machine;
      if (this.#link.isCut() || random.chance(this.#link.lostNotices())) return;
      this.#process.later(this.#latencyMs(), () => ((changed = true), wake()));
    });
    const end = (): void => wake();
    signal.addEventListener("abort", end);
    try {
      for (let seen: string | null = null; !signal.aborted;) {
        changed = false;
        const snapshot = await this.#look(signal, ASK_AGAIN_MS);
        const told = `${snapshot.revision} ${snapshot.record?.nonce}`;
        if (told !== seen) {
          seen = told;
          yield snapshot;
        } else if (!changed && !signal.aborted) {
          await new Promise<void>((resolve) => {
            const timer = this.#process.clock.startTimer(ASK_AGAIN_MS, resolve);
            wake = () => (timer.cancel(), resolve());
          });
        }
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      signal.removeEventListener("abort", end);
      stop();
    }
  }

  async *journal(): AsyncGenerator<never, void, void> {}

  list(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  probe(): Promise<StoreProbe> {
    return Promise.resolve({ engine: "simulated", storeId: this.storeId, facts: {}, warnings: [] });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** One message there and one back. What is given up may still arrive. */
  #ask<T>(
    signal: AbortSignal | undefined,
    effect: () => T,
    givenUp: (cause: unknown) => T,
    withinMs?: number,
  ): Promise<T> {
    const { machine, clock } = this.#process;
    const { agenda } = machine;
    const { dropRequest, dropResponse } = this.#link.rates();
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        signal?.removeEventListener("abort", giveUp);
        timer?.cancel();
      };
      const giveUp = (): void => {
        settle();
        try {
          resolve(givenUp(signal?.reason));
        } catch (error) {
          reject(error instanceof Error ? error : new LeaseError("ESTOREUNAVAILABLE", String(error)));
        }
      };
      signal?.addEventListener("abort", giveUp, { once: true });
      const timer = withinMs === undefined ? undefined : clock.startTimer(withinMs, giveUp);
      if (this.#link.isCut() || this.#happens(dropRequest, "drop-request")) return;
      agenda.after(this.#latencyMs(), () => {
        const answer = effect();
        if (this.#link.isCut() || this.#happens(dropResponse, "drop-response")) return;
        this.#process.later(this.#latencyMs(), () => {
          settle();
          resolve(answer);
        });
      });
    });
  }

  #happens(probability: number, kind: string): boolean {
    if (!this.#process.machine.random.chance(probability)) return false;
    this.#link.onFault(kind);
    return true;
  }

  #latencyMs(): number {
    const { random } = this.#process.machine;
    const { delay, longestDelayMs } = this.#link.rates();
    const slowMs = this.#link.slownessMs();
    const usualMs = LATENCY_MS * (0.2 + random.next()) + (slowMs === 0 ? 0 : random.next() * slowMs);
    return this.#happens(delay, "delay") ? usualMs + random.next() * longestDelayMs : usualMs;
  }
}

function rethrow(cause: unknown): never {
  throw cause instanceof Error ? cause : new LeaseError("ESTOREUNAVAILABLE", "given up", {}, { cause });
}
