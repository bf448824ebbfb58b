import { appendFileSync } from "node:fs";
import type { LeaseStore, Snapshot } from "@tenure/core";
import type { Granted, Observation, StoreOperation } from "@tenure/history";
import type { RecordedHistory, Stood } from "@tenure/model";

/** What processes saw, each in the order in which it knew it. */
export interface Recorded extends RecordedHistory {
  /** Of each lease. */
  readonly leaseDurationMs: number;
}

export type Seen = Observation | StoreOperation | Stood;

const LINES_A_WRITE = 1_000;

/** Writes what a process sees into a file of its own; what is read again is never half a line of a process that ended well. */
export class Recorder {
  readonly #path: string;
  readonly #linesAWrite: number;
  readonly #standing = new Map<string, string>();
  #lines: string[] = [];
  operations = 0;

  /** `isKilled`: by somebody, at any moment; then nothing that was seen may be kept back. */
  constructor(path: string, { isKilled = false }: { readonly isKilled?: boolean | undefined } = {}) {
    this.#path = path;
    this.#linesAWrite = isKilled ? 1 : LINES_A_WRITE;
  }

  /** A swap is about to be sent. Who is killed now has asked for something, and never knew what came of it. */
  sending(operation: StoreOperation): void {
    if (this.#linesAWrite === 1) this.#add(operation);
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

  /** It is told once by each process, when it first knows of it. */
  stood({ name, record }: Pick<Snapshot, "name" | "record">): void {
    if (record === null || this.#standing.get(name) === record.nonce) return;
    this.#standing.set(name, record.nonce);
    const { nonce, epoch } = record;
    this.#add({ kind: "stood", at: this.now, lease: name, nonce, holder: termHolder(record), epoch } satisfies Stood);
  }

  flush(): void {
    if (this.#lines.length > 0) appendFileSync(this.#path, `${this.#lines.join("\n")}\n`);
    this.#lines = [];
  }

  #add(seen: object): void {
    this.#lines.push(JSON.stringify(seen));
    if (this.#lines.length >= this.#linesAWrite) this.flush();
  }
}

/** Tells apart whoever could lead side by side; `null` when nobody holds. */
export function termHolder({ holderIdentity, holder }: NonNullable<Snapshot["record"]>): string | null {
  return holder === null ? null : `${holderIdentity}/${holder.instanceId}`;
}

/**
 * The same store, with every read and every swap of it recorded, and what a watch tells. What was never sent changes nothing and is
 * left out. `newFields` are written into each record besides, as by a newer minor version.
 */
export function recorded(store: LeaseStore, by: string, recorder: Recorder, newFields: object = {}): LeaseStore {
  return {
    storeId: store.storeId,
    guarantees: store.guarantees,
    read: async (name, options) => {
      const sentAt = recorder.now;
      const found = await store.read(name, options);
      const about = { lease: name, process: by, sentAt, answeredAt: recorder.now };
      recorder.operation({ kind: "read", ...about, value: valueOf(found) });
      recorder.stood(found);
      return found;
    },
    compareAndSwap: async (expected, record, event, options) => {
      const sentAt = recorder.now;
      const asked = {
        lease: expected.name,
        process: by,
        sentAt,
        expected: valueOf(expected),
        value: record.nonce,
      } as const;
      recorder.sending({ kind: "swap", ...asked, answeredAt: sentAt, outcome: "unknown" });
      const swapped = await store.compareAndSwap(expected, { ...record, ...newFields }, event, options);
      recorder.operation({ kind: "swap", ...asked, answeredAt: recorder.now, outcome: swapped.outcome });
      if (swapped.outcome === "committed") recorder.stood(swapped.snapshot);
      return swapped;
    },
    watch: async function* (name, options) {
      for await (const snapshot of store.watch(name, options)) {
        recorder.stood(snapshot);
        yield snapshot;
      }
    },
    journal: (name, after) => store.journal(name, after),
    list: () => store.list(),
    probe: () => store.probe(),
    close: () => store.close(),
    ...(store.vigil && { vigil: store.vigil }),
  };
}

/** `null` for one who was stopped between its success and this moment, for so long that it never led. */
export function grantOf(term: Omit<Granted, "kind" | "validUntil">): Granted | null {
  const validUntil = term.sentAt + term.renewDeadlineMs;
  return term.at < validUntil ? { kind: "granted", ...term, validUntil } : null;
}

/** What was recorded, apart. Of a swap that was noted before and after it was sent the later word counts. */
export function sorted(seen: readonly Seen[]): RecordedHistory {
  const swaps = new Map(seen.flatMap((it) => (it.kind === "swap" ? [[it.value, it] as const] : [])));
  const operations = seen.filter((it): it is StoreOperation =>
    it.kind === "swap" ? swaps.get(it.value) === it : it.kind === "read",
  );
  const stood = seen.filter((it): it is Stood => it.kind === "stood");
  const observations = seen.filter(
    (it): it is Observation => it.kind !== "read" && it.kind !== "swap" && it.kind !== "stood",
  );
  return { operations, observations, stood };
}

function valueOf({ record }: Snapshot): string | null {
  return record?.nonce ?? null;
}
