import { appendFileSync } from "node:fs";
import type { LeaseStore, Snapshot } from "@tenure/core";
import type { Observation, StoreOperation } from "@tenure/history";

/** What one process saw, in the order in which it knew it. */
export interface Recorded {
  readonly operations: readonly StoreOperation[];
  readonly observations: readonly Observation[];
}

const LINES_A_WRITE = 1_000;

/** Writes what a process sees into a file of its own; what is read again is never half a line of a process that ended well. */
export class Recorder {
  readonly #path: string;
  #lines: string[] = [];
  operations = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Milliseconds of the one clock that all processes of this machine share. */
  get now(): number {
    return Number(process.hrtime.bigint()) / 1e6;
  }

  operation(operation: StoreOperation): void {
    this.operations += 1;
    this.#add(operation);
  }

  observation(observation: Observation): void {
    this.#add(observation);
  }

  flush(): void {
    if (this.#lines.length > 0) appendFileSync(this.#path, `${this.#lines.join("\n")}\n`);
    this.#lines = [];
  }

  #add(seen: object): void {
    this.#lines.push(JSON.stringify(seen));
    if (this.#lines.length >= LINES_A_WRITE) this.flush();
  }
}

/** The same store, with every read and every swap of it recorded. What was never sent changes nothing and is left out. */
export function recorded(store: LeaseStore, by: string, recorder: Recorder): LeaseStore {
  return {
    storeId: store.storeId,
    guarantees: store.guarantees,
    read: async (name, options) => {
      const sentAt = recorder.now;
      const found = await store.read(name, options);
      const about = { lease: name, process: by, sentAt, answeredAt: recorder.now };
      recorder.operation({ kind: "read", ...about, value: valueOf(found) });
      return found;
    },
    compareAndSwap: async (expected, record, event, options) => {
      const sentAt = recorder.now;
      const swapped = await store.compareAndSwap(expected, record, event, options);
      const about = { lease: expected.name, process: by, sentAt, answeredAt: recorder.now };
      const { outcome } = swapped;
      recorder.operation({ kind: "swap", ...about, expected: valueOf(expected), value: record.nonce, outcome });
      return swapped;
    },
    watch: (name, options) => store.watch(name, options),
    journal: (name, after) => store.journal(name, after),
    list: () => store.list(),
    probe: () => store.probe(),
    close: () => store.close(),
  };
}

function valueOf({ record }: Snapshot): string | null {
  return record?.nonce ?? null;
}
