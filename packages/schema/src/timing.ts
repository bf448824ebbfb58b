import { z } from "zod";
import type { Known } from "./known.ts";
import { durationMsSchema } from "./number.ts";

/** A complete set of timings, derived and proved. */
export const timingSchema = z.looseObject({
  /** L: how long a record stands before another may take over. */
  leaseDurationMs: durationMsSchema,
  /** D: how long after the send time of its last successful renewal a holder may begin anything. */
  renewDeadlineMs: durationMsSchema,
  /** R: how often it renews. */
  renewIntervalMs: durationMsSchema,
  /** q: after which a request's outcome is unknown. */
  requestTimeoutMs: durationMsSchema,
  /** S: how long the work needs to stop, poll and kill grace included. */
  stopTimeoutMs: durationMsSchema,
  /** Kept after an unclean end, for effects that reach off this host. */
  lockDelayMs: durationMsSchema,
  /** j: an interval is drawn from [R, R·j]. */
  jitterFactor: z.number().min(1).max(10),
  /** m: renewals in a row that may fail without loss. */
  toleratedMissedRenewals: z.int().min(1).max(1000),
  /** ρ: largest relative error of one clock's rate against another's. */
  clockRateError: z.number().min(0).max(0.5),
  /** ε: clock resolution and store granularity. */
  clockGranularityMs: durationMsSchema,
});
export type Timing = Known<typeof timingSchema>;

/** What a user may set; the rest is derived. */
export const timingSettingsSchema = z
  .strictObject(timingSchema.shape)
  .omit({ toleratedMissedRenewals: true })
  .partial();
export type TimingSettings = z.infer<typeof timingSettingsSchema>;
