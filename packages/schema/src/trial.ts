import { z } from "zod";
import { exhaustedActions, restartConditions } from "./configuration.ts";
import type { Known } from "./known.ts";
import { countSchema } from "./number.ts";
import { brokenScheduleSchema, type BrokenSchedule } from "./simulation.ts";
import { timingSchema, type Timing } from "./timing.ts";

const ms = z.number().min(0);

/** What came of all faults of one kind. */
export const trialFaultsSchema = z.looseObject({
  faults: countSchema,
  /** Terms that were lost while their holder lived and wanted to lead on. */
  losses: countSchema,
  /** Faults after which nobody led for a while. */
  gaps: countSchema,
  longestGapMs: ms,
  totalGapMs: ms,
});
export type TrialFaults = Known<typeof trialFaultsSchema>;

/** The restart policy that was tried, with what nobody set at its default. */
export const trialPolicySchema = z.looseObject({
  restart: z.enum(restartConditions),
  burst: countSchema,
  windowMs: ms,
  backoffMs: ms,
  backoffMaxMs: ms,
  stableAfterMs: ms,
  onExhausted: z.enum(exhaustedActions),
  cooldownMs: ms,
});
export type TrialPolicy = Known<typeof trialPolicySchema>;

/** What the watchdog's decisions came to, over the whole time. */
export const trialRestartsSchema = z.looseObject({
  failures: countSchema,
  restarts: countSchema,
  probes: countSchema,
  /** The budget was spent, and nothing was started any more. */
  gaveUp: countSchema,
  /** The policy starts nothing after a failure. */
  leftDown: countSchema,
  downMs: ms,
  longestDownMs: ms,
});
export type TrialRestarts = Known<typeof trialRestartsSchema>;

/** `tenure simulate --hours … --json`. The same for the same seed, settings and build: no time of any clock is in it. */
export const trialDocumentSchema = z.looseObject({
  seed: z.int(),
  hours: z.number().min(0),
  store: z.enum(["file", "network"]),
  candidates: countSchema,
  faultsPerHour: z.number().min(0),
  timing: timingSchema,
  policy: trialPolicySchema,
  /** Schedules in which two led at once. */
  overlaps: countSchema,
  /** Every promise that was broken. */
  broken: z.array(brokenScheduleSchema),
  /** By the kind of fault. */
  faults: z.record(z.string().max(64), trialFaultsSchema),
  restarts: trialRestartsSchema,
  /** The schedule with the longest gap, drawn; `null` where nothing went wrong. */
  worst: z
    .looseObject({
      kind: z.string().max(64),
      atHour: z.number().min(0),
      forMs: ms,
      gapMs: ms,
      timeline: z.array(z.string().max(65_536)),
    })
    .nullable(),
  digest: z.string().max(128),
});
export interface TrialDocument {
  seed: number;
  hours: number;
  store: "file" | "network";
  candidates: number;
  faultsPerHour: number;
  timing: Timing;
  policy: TrialPolicy;
  overlaps: number;
  broken: BrokenSchedule[];
  faults: Record<string, TrialFaults>;
  restarts: TrialRestarts;
  worst: { kind: string; atHour: number; forMs: number; gapMs: number; timeline: string[] } | null;
  digest: string;
}
