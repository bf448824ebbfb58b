import { z } from "zod";
import type { Known } from "./known.ts";
import { timingSchema, type Timing } from "./timing.ts";

/** One line of the timing proof. */
export const proofLineSchema = z.looseObject({
  /** `SAFETY`, `LIVENESS`, … */
  rule: z.string().regex(/^[A-Z][A-Z_]{0,31}$/u, "a rule is named in capitals"),
  /** Both sides in milliseconds; the rule holds when `left ≤ right`. */
  left: z.number(),
  right: z.number(),
  holds: z.boolean(),
  /** `right − left`; negative when the rule fails. */
  marginMs: z.number(),
  explanation: z.string().max(4096).optional(),
});
export type ProofLine = Known<typeof proofLineSchema>;

/** `tenure prove --json`. */
export const proofDocumentSchema = z.looseObject({
  /** What was proved or refused; an unsafe timing may tolerate no missed renewal at all. */
  timing: timingSchema.extend({ toleratedMissedRenewals: z.int().min(0).max(1000) }),
  lines: z.array(proofLineSchema),
  holds: z.boolean(),
  /** Only for an unsafe timing. */
  nearestSafe: timingSchema.optional(),
});
export interface ProofDocument {
  timing: Timing;
  lines: ProofLine[];
  holds: boolean;
  nearestSafe?: Timing | undefined;
}
