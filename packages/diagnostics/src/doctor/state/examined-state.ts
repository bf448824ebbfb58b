import type { Room } from "../room.ts";

/** All that was found out about the leader file of another mechanism; whoever gathers it judges nothing. */
export interface ExaminedState extends Room {
  readonly path: string;
  /** As the file says, and nothing of it is proved. */
  readonly holderIdentity: string | null;
  readonly epoch: number;
  readonly leaseDurationMs: number;
  /** Of the heartbeat, by its stamp; `null` where there is none. */
  readonly stampAgeMs: number | null;
  readonly watchedMs: number;
  /** Whether the mechanism's own duration passed while it was watched. */
  readonly watchedWhole: boolean;
  /** Each write that was seen, the oldest first. */
  readonly writes: readonly StateWrite[];
  /** Where the old mechanism and a lease would have decided differently, a sentence each. */
  readonly differences: readonly StateDifference[];
  /** Processes whose command line names the file or its holder. */
  readonly programs: readonly StateProgram[];
  /** What is wrong with the file and its folder. */
  readonly faults: readonly StateFault[];
  /** The leases of tenure that keep it in step: one at most, where all is well. */
  readonly adoptedAs: readonly string[];
}

export interface StateWrite {
  readonly atMs: number;
  /** The heartbeat moved, for the same holder and epoch. */
  readonly renewed: boolean;
  /** How the heartbeat was written, and the owner of what was written: what tells writers apart. */
  readonly trace: string;
}

export interface StateDifference {
  readonly kind: string;
  readonly message: string;
}

export interface StateProgram {
  readonly pid: number;
  readonly commandLine: string;
  /** What it names. */
  readonly names: "the holder" | "the file";
  /** How it has the file open; `null`: not now, or another user's process hides it. Who writes by renaming has it open at no time. */
  readonly opens: "to read" | "to write" | null;
  readonly newerFiles: readonly string[];
}

export interface StateFault {
  readonly level: "warning" | "ill";
  readonly fault: string;
  readonly change: string;
}

export function leaderInFile({ holderIdentity, epoch }: ExaminedState): string {
  return holderIdentity === null ? `nobody, epoch ${epoch}` : `"${holderIdentity}", epoch ${epoch}`;
}
