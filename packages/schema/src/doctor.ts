import { z } from "zod";
import { confidenceSchema, loggedTextSchema, ruleIdSchema } from "./finding.ts";
import type { Known } from "./known.ts";
import { leaseNameSchema } from "./text.ts";

/** `warning`: it works, and something will follow from this. `ill`: a promise is not kept, or will not be. */
export const ailmentSchema = z.looseObject({
  /** The lease; `null`: the place where leases are kept. */
  name: leaseNameSchema.nullable(),
  ruleId: ruleIdSchema,
  level: z.enum(["warning", "ill"]),
  verdict: loggedTextSchema,
  confidence: confidenceSchema,
  /** What was seen, in sentences. */
  evidence: z.array(loggedTextSchema),
  /** What mends it. */
  change: loggedTextSchema,
});
export type Ailment = Known<typeof ailmentSchema>;

/** Something safe that mends a place where leases are kept. */
export const fixSchema = z.looseObject({ fix: ruleIdSchema, does: loggedTextSchema, done: z.boolean() });
export type DoctorFix = Known<typeof fixSchema>;

/** `tenure doctor --json`: only the rules that fired. */
export const doctorDocumentSchema = z.looseObject({
  /** The worst of the findings. */
  level: z.enum(["well", "warning", "ill"]),
  findings: z.array(ailmentSchema),
  /** With `--fix`: what is safe to mend, and whether it was. */
  fixes: z.array(fixSchema).optional(),
});
export interface DoctorDocument extends Omit<Known<typeof doctorDocumentSchema>, "findings" | "fixes"> {
  findings: Ailment[];
  fixes?: DoctorFix[] | undefined;
}
