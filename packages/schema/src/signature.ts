import { z } from "zod";
import type { Known } from "./known.ts";
import { countSchema } from "./number.ts";

const text = z.string().max(4_096);
const ms = z.number();

/** How many terms fell into a class, from `from` on and below `to`; renewals are counted, ages are milliseconds. */
export const binSchema = z.looseObject({ from: z.number(), to: z.number(), terms: countSchema });
export type Bin = Known<typeof binSchema>;

export const beatSchema = z.looseObject({
  intervalMs: ms,
  renewals: countSchema,
  /** How far the worst renewal lies from a multiple of the interval after its acquisition. */
  worstResidualMs: ms,
  /** How probable it is that so many times lie so close to multiples by chance. */
  chance: z.number(),
  /** Terms by the number of renewals that they lasted. */
  histogram: z.array(binSchema),
  /** Renewals that were due while holders lived, and those of them that are not in the logs; of terms whose end is known. */
  due: countSchema,
  missed: countSchema,
});

export const agesSchema = z.looseObject({
  leastMs: ms,
  medianMs: ms,
  mostMs: ms,
  histogram: z.array(binSchema),
  /** What is left of each age after lease duration, grace and the wait for a poll: the least and the most. */
  residualLeastMs: ms.nullable(),
  residualMostMs: ms.nullable(),
  /** Ages that the settings do not explain. */
  early: countSchema,
  late: countSchema,
});

/** From the end of each leader to the next one. The parts add up to `totalMs`, over the outages that settings explain. */
export const outageSchema = z.looseObject({
  terms: countSchema,
  totalMs: ms,
  medianMs: ms.nullable(),
  /** What settings make of every end without a release: the rest of the lease, the grace, the wait for a poll. */
  remainderMs: ms,
  graceMs: ms,
  pollMs: ms,
  startUpMs: ms,
  /** Outages longer than settings make them, and by how much together: nobody looked, or what looked was late. */
  failed: countSchema,
  failureMs: ms,
});

/** What the times of a history say of the settings behind it, and of what no setting explains. */
export const signatureSchema = z.looseObject({
  /** Leases that nobody released and somebody succeeded, or found expired. */
  terms: countSchema,
  /** Why nothing is concluded; `null` where something is. */
  refusal: text.nullable(),
  leaseDurationMs: ms.nullable(),
  graceMs: ms.nullable(),
  pollMs: ms.nullable(),
  startUpMs: ms.nullable(),
  /** After how long without a renewal a lease is called expired, as polls alone bound it. */
  expiryLeastMs: ms.nullable(),
  expiryMostMs: ms.nullable(),
  beat: beatSchema.nullable(),
  ages: agesSchema.nullable(),
  outage: outageSchema.nullable(),
  conclusions: z.array(text),
});
export interface Signature extends Omit<Known<typeof signatureSchema>, "beat" | "ages" | "outage"> {
  beat: Beat | null;
  ages: Ages | null;
  outage: Outage | null;
}
export interface Beat extends Omit<Known<typeof beatSchema>, "histogram"> {
  histogram: Bin[];
}
export interface Ages extends Omit<Known<typeof agesSchema>, "histogram"> {
  histogram: Bin[];
}
export type Outage = Known<typeof outageSchema>;
