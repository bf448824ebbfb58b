import type { TimingSettings } from "@tenure/schema";
import type { DiskRates } from "../world/disk-faults.ts";

/** How an agent leaves office once its term is over: in good order, for another, by forgetting to renew, or never. */
export type Leaving = "release" | "transfer" | "neglect" | "never";

/** Through the library; by a process that beats for it; or by commands that each do one thing and end. */
export type Manner = "library" | "side-car" | "one-shot";

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
}

/** What happens to the world, and when. `agent` is the place in the plan. */
export type WorldEvent = { readonly atMs: number } & (
  | { readonly kind: "kill"; readonly agent: number }
  | { readonly kind: "pause"; readonly agent: number; readonly forMs: number }
  | { readonly kind: "starve"; readonly agent: number; readonly forMs: number; readonly latenessMs: number }
  | { readonly kind: "suspend"; readonly forMs: number }
  | { readonly kind: "step-wall"; readonly byMs: number }
  | { readonly kind: "power-cut"; readonly downMs: number }
  | { readonly kind: "hang-disk"; readonly forMs: number }
  | { readonly kind: "fill-disk"; readonly forMs: number }
  | { readonly kind: "read-only"; readonly forMs: number }
  | { readonly kind: "delete-state" }
  | { readonly kind: "delete-floor" }
  | { readonly kind: "back-up" }
  | { readonly kind: "restore" }
  | { readonly kind: "truncate"; readonly bytes: number }
  | { readonly kind: "garbage"; readonly text: string }
  | { readonly kind: "revoke" }
  | { readonly kind: "request-transfer"; readonly to: string; readonly expiresAfterMs: number }
  | { readonly kind: "status" }
  | { readonly kind: "leave-zombies" }
  | { readonly kind: "partition"; readonly agent: number; readonly forMs: number }
  | { readonly kind: "slow-network"; readonly forMs: number; readonly upToMs: number }
  | { readonly kind: "failover"; readonly lostMs: number }
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
  readonly events: readonly WorldEvent[];
  /** From here on there are no faults. */
  readonly quietFromMs: number;
}
