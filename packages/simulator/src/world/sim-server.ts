import type { JournalEntry, Snapshot, SwapOutcome } from "@tenure/core";
import type { LeaseEvent, LeaseRecord } from "@tenure/schema";
import type { Overwriting } from "../schedule/plan.ts";
import type { Agenda } from "./agenda.ts";

interface State {
  readonly atMs: number;
  readonly record: LeaseRecord | null;
  readonly revision: number;
  /** What the floor was when it came to stand. */
  readonly epochFloor: number;
  readonly floorWaitMs: number;
}

const NOTHING: State = { atMs: 0, record: null, revision: 0, epochFloor: 0, floorWaitMs: 0 };

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
  readonly name: string;
  readonly #onChange: (record: LeaseRecord) => void;
  readonly #watchers = new Set<() => void>();
  #states: State[];
  #epochFloor = 0;
  #floorWaitMs = 0;
  #incarnation = 0;

  constructor(agenda: Agenda, name: string, onChange: (record: LeaseRecord) => void) {
    this.#agenda = agenda;
    this.name = name;
    this.#onChange = onChange;
    this.#states = [NOTHING];
  }

  /** What stands, a record that was overtaken by the floor excepted. */
  get record(): LeaseRecord | null {
    const { record } = this.#now;
    return record === null || record.epoch < this.#epochFloor ? null : record;
  }

  read(): Snapshot {
    const { atMs, revision } = this.#now;
    return {
      name: this.name,
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
    this.#epochFloor = Math.max(this.#epochFloor, record.epoch);
    this.#floorWaitMs = Math.max(this.#floorWaitMs, record.leaseDurationMs + record.lockDelayMs);
    this.#put(record);
    this.journal.push({ revision: String(this.#now.revision), event, record });
    this.#onChange(record);
    this.#tell();
    return { outcome: "committed", snapshot: this.read() };
  }

  /**
   * The floor is kept elsewhere and survives. Revisions tell one life of the server from the next: else a claim could rest on a record
   * that was seen long ago, has been renewed since, and is back. A server that comes up cannot say how long anything has stood. */
  failOver(lostMs: number): void {
    const until = this.#agenda.nowMs - lostMs;
    const kept = this.#states.findLast(({ atMs }) => atMs <= until) ?? NOTHING;
    this.#states = [{ ...kept, atMs: this.#agenda.nowMs }];
    this.#incarnation += 1;
    this.#tell();
  }

  /** Put back from a copy, and the floor with it. */
  restore(lostMs: number): void {
    this.failOver(lostMs);
    const { epochFloor, floorWaitMs } = this.#now;
    this.#epochFloor = epochFloor;
    this.#floorWaitMs = floorWaitMs;
  }

  /** What an operator does so that whoever saw more goes on. */
  raiseFloor(epoch: number): void {
    this.#epochFloor = Math.max(this.#epochFloor, epoch);
    this.#tell();
  }

  /** Somebody writes here past the protocol, and knows nothing of a floor. `false`: there was nothing to make that of. */
  overwrite(what: Overwriting): boolean {
    const { record } = this.#now;
    if (record === null) return false;
    const made = this.#made(what, record, `past-the-protocol-${this.#now.revision}`);
    if (made === null) return false;
    this.#put(made);
    this.#tell();
    return true;
  }

  #made(what: Overwriting, record: LeaseRecord, nonce: string): LeaseRecord | null {
    if (what === "a-beat") return { ...record, nonce, renewals: record.renewals + 1 };
    if (what === "an-earlier-one")
      return (
        this.#states.findLast((state) => state.record !== null && state.record.epoch < record.epoch)?.record ?? null
      );
    const nobodys = { holder: null, renewer: null, child: null };
    // Of an earlier record it would say a shorter lease than that of the holder who is overwritten, and nobody could know to wait longer.
    const leaseDurationMs = Math.max(record.leaseDurationMs, this.#floorWaitMs);
    return { ...record, ...nobodys, nonce, holderIdentity: "somebody else", epoch: record.epoch + 1, leaseDurationMs };
  }

  #put(record: LeaseRecord): void {
    const { atMs, revision } = { atMs: this.#agenda.nowMs, revision: this.#now.revision + 1 };
    const [epochFloor, floorWaitMs] = [this.#epochFloor, this.#floorWaitMs];
    this.#states.push({ atMs, record: frozen(record), revision, epochFloor, floorWaitMs });
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
