import { isDeepStrictEqual } from "node:util";
import { LEASE } from "../agents/leader.ts";
import type { Recorder } from "../recorder.ts";
import type { FileBacking } from "../world/file-backing.ts";
import type { JournalTruth } from "../world/journal-truth.ts";
import type { Machine } from "../world/machine.ts";

/**
 * Whoever was not told of a renewal has looked for it by then. One that is taken away before, nobody but its holder knows of: the others
 * count from the renewal before it.
 */
const SEEN_BY_MS = 1_100;

/** What people do to the files behind tenure's back. One copy of the epoch always survives: who takes both away is promised nothing. */
export class Tampering {
  readonly #backing: FileBacking;
  readonly #truth: JournalTruth;
  readonly #recorder: Recorder;
  readonly #machine: Machine;
  #spoiled: "state" | "floor" | null = null;
  #writesFailed = false;
  #backup: Map<string, Buffer> | null = null;

  constructor(backing: FileBacking, truth: JournalTruth, recorder: Recorder, machine: Machine) {
    this.#backing = backing;
    this.#truth = truth;
    this.#recorder = recorder;
    this.#machine = machine;
  }

  get isFloorGone(): boolean {
    return this.#spoiled === "floor";
  }

  /** The floor may have taken no note of the term that stands. */
  writeFailed(): void {
    this.#writesFailed = true;
  }

  /** Not while a store is being founded: its founders may then be left with half of one each, which is refused (docs/track-record.md). */
  deleteFloor(): void {
    if (this.#recorder.somethingWasShown) this.#spoil("floor", () => this.#backing.deleteFloor());
  }

  backUp(): void {
    this.#backup = this.#backing.backUp();
  }

  restore(): void {
    if (this.#backup !== null) this.replaceState(this.#backup);
  }

  replaceState(files: Map<string, Buffer>): void {
    this.spoilState(() => this.#backing.restore(files));
  }

  /** Where a failed write kept the floor from taking note of the term that stands, the journal is its only copy, and is left alone. */
  spoilState(act: () => void): void {
    const { record } = this.#truth;
    const isOnlyCopy = this.#writesFailed && record !== null && !this.#backing.floorKnows(record.epoch);
    if (!isOnlyCopy) this.#spoil("state", act);
  }

  /** As the message of a journal that is refused says. */
  moveJournalAway(): void {
    // Of the other copy an operator has taken care already: what the epoch was, nobody is left to know.
    if (this.#spoiled === "floor" && this.#recorder.forgot) this.#recorder.notPromised.add("I9");
    this.#spoil("state", () => this.#backing.moveJournalAway());
  }

  #spoil(side: "state" | "floor", act: () => void): void {
    if (this.#spoiled !== null && this.#spoiled !== side) return;
    this.#spoiled = side;
    this.#recorder.tampered = true;
    this.#recorder.pauseMayBeOver(LEASE);
    const { record: before } = this.#truth;
    act();
    this.#truth.reload();
    const { record: after } = this.#truth;
    const standing = after?.epoch ?? 0;
    this.#recorder.withdrawn(LEASE, (epoch) => epoch <= standing || this.#backing.floorKnows(epoch));
    const isRenewalGone = before !== null && after?.epoch === before.epoch && after.nonce !== before.nonce;
    if (isRenewalGone && this.#recorder.shownForMs(before.nonce) < SEEN_BY_MS) this.#recorder.notPromised.add("I1");
    const isNameGone = before !== null && before.child !== null && !isDeepStrictEqual(before.child, after?.child);
    if (isNameGone && this.#somethingHides) this.#recorder.notPromised.add("I6");
  }

  /** It shows nothing of what it was started with: the record alone tells of it. */
  get #somethingHides(): boolean {
    return this.#machine.processes.some(({ start }) => start.environment === null);
  }
}
