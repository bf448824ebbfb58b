import type { LeaseRecord, ProcessIdentity } from "@tenure/schema";

/** All that was found out about one lease; whoever gathers it judges nothing. */
export interface Examined {
  readonly name: string;
  /** The folder or server that was asked, as people know it. */
  readonly place: string;
  /** The leases that are there. */
  readonly names: readonly string[];
  readonly record: LeaseRecord | null;
  readonly epochFloor: number;
  /** Of the holder's validity; `null` where its deadline cannot be compared with this machine's clock. */
  readonly remainingMs: number | null;
  /** Since the last renewal, by the wall clock. */
  readonly ageMs: number | null;
  /** `null`: nobody leads, so nothing is to be seen. */
  readonly watch: Watch | null;
  /** Of this term, the oldest first, as the journal has them. */
  readonly beats: readonly Beat[];
  /** Those that the record names and this machine could look at. */
  readonly processes: readonly ExaminedProcess[];
  /** Holders of earlier terms whose process lives. */
  readonly formerHolders: readonly FormerHolder[];
  /** A lease of the same name that is held in another store of this machine. */
  readonly namesake: Namesake | null;
  readonly files: readonly ExaminedFile[];
  /** `null`: its store has no lines that could be followed. */
  readonly journalProblems: readonly string[] | null;
  /** `null`: no watchdog of this host has started its command. */
  readonly restarts: Restarts | null;
  /** Each rule of the timing proof that the recorded timing breaks, with its numbers. */
  readonly timingFaults: readonly string[];
}

/** What was seen while the record was looked at for a while. */
export interface Watch {
  readonly watchedMs: number;
  /** Whether a renewal by any safe timing was due before it ended. */
  readonly wasDue: boolean;
  /** How often it was written by its own term. */
  readonly renewals: number;
}

/** A renewal, or the acquisition that the term began with. */
export interface Beat {
  readonly time: string;
  /** By the clock since boot where it can be told, so that a set clock makes no gaps. */
  readonly atMs: number;
  /** How far the wall clock was ahead of the clock since boot; `null` where that cannot be told. */
  readonly clockOffsetMs: number | null;
  /** Who wrote it: process number and instance. */
  readonly writer: string;
}

export interface ExaminedProcess {
  readonly role: "holder" | "renewer" | "child";
  readonly process: ProcessIdentity;
  readonly state: "running" | "stopped" | "dead" | "unknown";
  readonly evidence: string;
  readonly commandLine: string | null;
  /** What it runs that is newer on disk than itself, a sentence each; `null` where that cannot be seen. */
  readonly newerFiles: readonly string[] | null;
}

export interface FormerHolder {
  readonly holderIdentity: string;
  readonly epoch: number;
  readonly pid: number;
}

export interface Namesake {
  readonly place: string;
  readonly storeId: string;
  readonly holderIdentity: string;
}

/** A file of the lease that is not what its store makes. */
export interface ExaminedFile {
  readonly path: string;
  readonly fault: string;
  readonly change: string;
}

export interface Restarts {
  /** Restarts within the window. */
  readonly count: number;
  readonly burst: number;
  readonly windowMs: number;
}

/** What was found out about the place where leases are kept. */
export interface ExaminedPlace {
  readonly place: string;
  /** One line each: `filesystem ext4`. */
  readonly facts: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
  /** `null` for a server. */
  readonly freeBytes: number | null;
  readonly freeFiles: number | null;
  /** What the machine cannot tell, and what follows from it, a sentence each. */
  readonly hostLimits: readonly string[];
  /** Where this machine takes the time since boot from, and how exactly. */
  readonly hostClock: string;
}

export function leaderOf({ record }: Examined): string {
  return record === null || record.holderIdentity === null
    ? "nobody"
    : `"${record.holderIdentity}", epoch ${record.epoch}`;
}

export function processIn({ processes }: Examined, role: ExaminedProcess["role"]): ExaminedProcess | undefined {
  return processes.find((process) => process.role === role);
}
