import type { TimingSettings } from "@tenure/schema";
import type { DiskRates } from "../world/disk-faults.ts";

/** How an agent leaves office once its term is over: in good order, for another, by forgetting to renew, or never. */
export type Leaving = "release" | "transfer" | "neglect" | "never";

/** Through the library; by a process that beats for it; by commands that each do one thing and end; or as a command that a watchdog runs. */
export type Manner = "library" | "side-car" | "one-shot" | "watchdog";

/** The command that a watchdog runs. */
export interface ChildPlan {
  /** It says nothing before that. */
  readonly startsInMs: number;
  /** It works, and reports so, so often. */
  readonly worksEveryMs: number;
  /** Then it ends by itself, so; a list: one for each run, over and over; `null`: never. */
  readonly runsForMs: number | readonly number[] | null;
  readonly exitCode: number;
  /** Then it neither works nor ends any more; `null`: never. */
  readonly hangsAfterMs: number | null;
  /** So long after it was asked to it ends; `null`: it does not care. */
  readonly endsInMs: number | null;
  /** It starts a process that leaves its group. */
  readonly escapes: boolean;
  /** The guard in its group is killed by somebody. */
  readonly losesGuard: boolean;
  /** Nobody can read what it was started with. */
  readonly hidesEnvironment: boolean;
  /** It has the number of a process that died. */
  readonly recyclesPid: boolean;
  /** Chance that the system starts no process. */
  readonly failsToStart: number;
  /** Whether the watchdog waits for reports, and how long. */
  readonly progress: { readonly deadlineMs: number; readonly graceMs: number } | null;
}

/** How often a command is started again, by all watchdogs of a machine; as in the watchdog's own policy. */
export interface RestartPlan {
  readonly burst: number;
  readonly windowMs: number;
  readonly backoffMs: number;
  readonly backoffMaxMs: number;
  readonly stableAfterMs: number;
  readonly cooldownMs: number;
  /** Also after an end in good order, at once and outside the budget. */
  readonly always?: true;
}

/** One leader: a process that wants the lease, works while it has it, and is started again when it has died. */
export interface AgentPlan {
  /** What it is called; two may be called the same, which must grant them nothing. */
  readonly holderIdentity: string;
  readonly timing: TimingSettings;
  /** Across a network all use the library. */
  readonly manner: Manner;
  /** A container of its own: its number. `null`: on the host itself. */
  readonly container: number | null;
  readonly startMs: number;
  /** It works so often; what failed it tries again after a part of that. */
  readonly workEveryMs: number;
  /** After so long in office it leaves. */
  readonly termMs: number;
  readonly leaving: Leaving;
  /** Whether it releases what it has lost, so that others wait less. */
  readonly releasesAfterLoss: boolean;
  /** Down for so long after its death. */
  readonly downMs: number;
  /** Starts under the number of a process that died. */
  readonly recyclesPid: boolean;
  /** Pauses between its last look at the lease and its write, at most. */
  readonly dawdleMs: number;
  /** What a watchdog runs. */
  readonly child?: ChildPlan;
  /** Another mechanism led before, and issued epochs up to this one. */
  readonly aboveEpoch?: number;
  /** It leads in a copy of the state folder, made by whoever copies folders. */
  readonly inCopy?: boolean;
}

/**
 * What somebody who knows nothing of the protocol makes of the record on a server: another's with a higher epoch, the one that an earlier term
 * had, or a beat for whoever holds it.
 */
export type Overwriting = "another" | "an-earlier-one" | "a-beat";

/** What happens to the world, and when. `agent` is the place in the plan; a child that is wedged waits for a disk, and nothing ends it. */
export type WorldEvent = { readonly atMs: number } & (
  | { readonly kind: "kill"; readonly agent: number }
  | { readonly kind: "terminate"; readonly agent: number }
  | { readonly kind: "kill-child"; readonly agent: number }
  | { readonly kind: "stop-child"; readonly agent: number; readonly forMs: number }
  | { readonly kind: "wedge-child"; readonly agent: number; readonly forMs: number }
  | { readonly kind: "pause"; readonly agent: number; readonly forMs: number }
  | { readonly kind: "starve"; readonly agent: number; readonly forMs: number; readonly latenessMs: number }
  | { readonly kind: "suspend"; readonly forMs: number }
  | { readonly kind: "step-wall"; readonly byMs: number }
  | { readonly kind: "power-cut"; readonly downMs: number }
  | { readonly kind: "exhaust-descriptors"; readonly agent: number; readonly forMs: number }
  | { readonly kind: "hang-disk"; readonly forMs: number }
  | { readonly kind: "fill-disk"; readonly forMs: number }
  | { readonly kind: "read-only"; readonly forMs: number }
  | { readonly kind: "delete-state" }
  | { readonly kind: "delete-floor" }
  | { readonly kind: "back-up" }
  | { readonly kind: "restore" }
  | { readonly kind: "copy-state" }
  | { readonly kind: "replace-state" }
  | { readonly kind: "truncate"; readonly bytes: number }
  | { readonly kind: "garbage"; readonly text: string }
  | { readonly kind: "revoke" }
  | { readonly kind: "request-transfer"; readonly to: string; readonly expiresAfterMs: number }
  | { readonly kind: "pause-lease"; readonly forMs: number }
  | { readonly kind: "resume-lease" }
  | { readonly kind: "status" }
  | { readonly kind: "leave-zombies" }
  | { readonly kind: "stall"; readonly agent: number; readonly forMs: number }
  | { readonly kind: "reboot"; readonly agent: number; readonly downMs: number }
  | { readonly kind: "move"; readonly agent: number; readonly container: number }
  | { readonly kind: "ramp"; readonly forMs: number; readonly upToMs: number }
  | { readonly kind: "partition"; readonly agent: number; readonly forMs: number }
  | { readonly kind: "slow-network"; readonly forMs: number; readonly upToMs: number }
  | { readonly kind: "failover"; readonly lostMs: number }
  | { readonly kind: "restore-server"; readonly lostMs: number }
  | { readonly kind: "overwrite"; readonly what: Overwriting }
  | { readonly kind: "change-rate"; readonly agent: number; readonly rate: number }
);

export type WorldEventKind = WorldEvent["kind"];

/** Chances for one message to or from a store across a network. */
export interface NetworkRates {
  readonly dropRequest: number;
  readonly dropResponse: number;
  readonly delay: number;
  readonly longestDelayMs: number;
}

/** A whole run, before it is run: the same plan gives the same history, byte for byte. */
export interface Plan {
  readonly seed: number;
  readonly store: "file" | "network";
  /** How fast each machine's clocks go; a file store has one machine. */
  readonly rates: readonly number[];
  readonly agents: readonly AgentPlan[];
  readonly disk: DiskRates;
  readonly network: NetworkRates;
  /** Chance that a notification of a change is lost. */
  readonly lostNotices: number;
  /** Bytes after which a journal goes on in another file. */
  readonly segmentBytes: number;
  /** Of all watchdogs there are. */
  readonly restarts?: RestartPlan;
  readonly events: readonly WorldEvent[];
  /** From here on there are no faults. */
  readonly quietFromMs: number;
}
