import { z } from "zod";
import type { Known } from "./known.ts";
import { countSchema, durationMsSchema } from "./number.ts";
import { proofLineSchema, type ProofLine } from "./proof.ts";
import { timingSchema, timingSettingsSchema, type Timing, type TimingSettings } from "./timing.ts";

/** Where what is known of a place's slowness comes from. */
export const slownessSchema = z.looseObject({
  /** Given by hand; reads of a store, timed just now; the renewals of a recorded history. */
  from: z.enum(["given", "probe", "history"]),
  samples: countSchema,
  /** The slowest answer; `null` where only lateness is known. */
  latencyMs: z.number().min(0).nullable(),
  /** How much later than it was due a renewal came, at most: a slow store, or a holder that stood still. */
  latenessMs: z.number().min(0).nullable(),
});
export type Slowness = Known<typeof slownessSchema>;

/** `tenure advise --json`. */
export const adviceDocumentSchema = z.looseObject({
  wantedGapMs: durationMsSchema,
  /** The shortest gap that can be kept here at all. */
  smallestGapMs: durationMsSchema,
  slowness: slownessSchema.nullable(),
  /** What to write into the configuration; the rest is derived. `null`, as the rest: the wanted gap cannot be kept. */
  settings: timingSettingsSchema.nullable(),
  timing: timingSchema.nullable(),
  lines: z.array(proofLineSchema),
  /** Writes of one lease in an hour, on average. */
  writesPerHour: z.number().min(0).nullable(),
  /** What costs no lease. */
  ridesOut: z
    .looseObject({
      missedRenewals: countSchema,
      storeOutageMs: z.number().min(0),
      standstillMs: z.number().min(0),
      clockRateError: z.number().min(0),
    })
    .nullable(),
});
export interface AdviceDocument {
  wantedGapMs: number;
  smallestGapMs: number;
  slowness: Slowness | null;
  settings: TimingSettings | null;
  timing: Timing | null;
  lines: ProofLine[];
  writesPerHour: number | null;
  ridesOut: { missedRenewals: number; storeOutageMs: number; standstillMs: number; clockRateError: number } | null;
}

/** What became, or would have become, of a recorded history under one timing. */
export const replayedSchema = z.looseObject({
  timing: timingSchema,
  /** Terms that ended because their lease ran out. */
  losses: countSchema,
  /** How long nobody led, all together and at most; where a history does not say, it is left out. */
  gapsMs: z.number().min(0),
  longestGapMs: z.number().min(0),
  writesPerHour: z.number().min(0),
  /** How long two may lead at once, by the proof; 0 for a safe timing. */
  overlapMs: z.number().min(0),
});
export type Replayed = Known<typeof replayedSchema>;

/** `tenure advise --what-if … --json`. */
export const whatIfDocumentSchema = z.looseObject({
  name: z.string().max(128),
  terms: countSchema,
  renewals: countSchema,
  /** From the first line to the last, by the writers' wall clocks. */
  spanMs: z.number().min(0),
  recorded: replayedSchema,
  whatIf: replayedSchema,
  /** Renewals that came so late that the other timing would have lost the lease; the longest first. */
  lost: z.array(z.looseObject({ epoch: countSchema, time: z.string().max(64), lateMs: z.number().min(0) })),
  /** Terms that ran out under the recorded timing, of which nobody can say whether another would have kept them. */
  undecided: countSchema,
  /** Rules of the timing proof that the other timing breaks: with any, nobody may lead under it. */
  failing: z.array(z.string().max(64)),
});
export interface WhatIfDocument {
  name: string;
  terms: number;
  renewals: number;
  spanMs: number;
  recorded: Replayed;
  whatIf: Replayed;
  lost: { epoch: number; time: string; lateMs: number }[];
  undecided: number;
  failing: string[];
}
