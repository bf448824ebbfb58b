import type { JournalEntry, Snapshot, SwapOutcome } from "@tenure/core";
import type { LeaseEvent, LeaseRecord } from "@tenure/schema";
import type { Agenda } from "./agenda.ts";

interface State {
  readonly atMs: number;
  readonly record: LeaseRecord | null;
  readonly revision: number;
}

/** As it travels in a message: whoever changes what was told to him changes nothing here, and would be found out. */
function frozen(record: LeaseRecord): LeaseRecord {
  const { holder, renewer, child } = record;
  for (const part of [holder, renewer, child]) if (part) Object.freeze(part);
  return Object.freeze(record);
}

/** A lease server somewhere in the network: exact, until it fails over to a copy that lags behind. */
export class SimServer {
  readonly storeId = "simulated-server";
  readonly journal: JournalEntry[] = [];
  readonly #agenda: Agenda;
  readonly #name: string;
  readonly #onChange: (record: LeaseRecord) => void;
  readonly #watchers = new Set<() => void>();
  #states: State[];
  #epochFloor = 0;
  #floorWaitMs = 0;
  #incarnation = 0;

  constructor(agenda: Agenda, name: string, onChange: (record: LeaseRecord) => void) {
    this.#agenda = agenda;
    this.#name = name;
    this.#onChange = onChange;
    this.#states = [{ atMs: 0, record: null, revision: 0 }];
  }

  /** What stands, a record that was overtaken by the floor excepted. */
  get record(): LeaseRecord | null {
    const { record } = this.#now;
    return record === null || record.epoch < this.#epochFloor ? null : record;
  }

  read(): Snapshot {
    const { atMs, revision } = this.#now;
    return {
      name: this.#name,
      storeId: this.storeId,
      record: this.record,
      revision: `${this.#now.record !== null && this.record === null ? "lost" : "at"}.${this.#incarnation}.${revision}`,
      ageMs: this.#agenda.nowMs - atMs,
      epochFloor: this.#epochFloor,
      floorWaitMs: this.#floorWaitMs,
    };
  }

  swap(expected: Snapshot, record: LeaseRecord, event: LeaseEvent): SwapOutcome {
    const found = this.read();
    // Where there is no record the floor tells one absence from another.
    const stands =
      expected.revision === found.revision &&
      expected.record?.nonce === found.record?.nonce &&
      expected.epochFloor === found.epochFloor;
    if (!stands) return { outcome: "conflict" };
    const revision = this.#now.revision + 1;
    this.#states.push({ atMs: this.#agenda.nowMs, record: frozen(record), revision });
    this.#epochFloor = Math.max(this.#epochFloor, record.epoch);
    this.#floorWaitMs = Math.max(this.#floorWaitMs, record.leaseDurationMs + record.lockDelayMs);
    this.journal.push({ revision: String(revision), event, record });
    this.#onChange(record);
    this.#tell();
    return { outcome: "committed", snapshot: this.read() };
  }

  /**
   * The floor is kept elsewhere and survives. Revisions tell one life of the server from the next: else a claim could rest on a record
   * that was seen long ago, has been renewed since, and is back. A server that comes up cannot say how long anything has stood. */
  failOver(lostMs: number): void {
    const until = this.#agenda.nowMs - lostMs;
    const kept = this.#states.findLast(({ atMs }) => atMs <= until) ?? { atMs: 0, record: null, revision: 0 };
    this.#states = [{ ...kept, atMs: this.#agenda.nowMs }];
    this.#incarnation += 1;
    this.#tell();
  }

  watch(onChange: () => void): () => void {
    this.#watchers.add(onChange);
    return () => void this.#watchers.delete(onChange);
  }

  get #now(): State {
    const state = this.#states.at(-1);
    if (state === undefined) throw new Error("a server always has a state");
    return state;
  }

  #tell(): void {
    for (const watcher of this.#watchers) watcher();
  }
}
