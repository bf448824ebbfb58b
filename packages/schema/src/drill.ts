import { z } from "zod";
import type { Known } from "./known.ts";
import { durationMsSchema, epochSchema } from "./number.ts";
import { termEndSchema } from "./reason.ts";
import { holderIdentitySchema, leaseNameSchema } from "./text.ts";

const officeSchema = z.looseObject({ epoch: epochSchema, holderIdentity: holderIdentitySchema });

/** `tenure chaos --json`: what a fault that was made on purpose came to. */
export const drillDocumentSchema = z.looseObject({
  name: leaseNameSchema,
  /** `kill` and `pause`: the process that holds the lease; `stall`: the command it runs. */
  fault: z.enum(["kill", "pause", "stall"]),
  /** The process it was done to. */
  pid: z.int().min(2),
  /** How long it stood still; `null`: it was killed. */
  forMs: durationMsSchema.nullable(),
  before: officeSchema,
  /** Who led next; `null`: nobody, or the same one still. */
  after: officeSchema.nullable(),
  /** How the next one knew that the term was over. */
  how: termEndSchema.nullable(),
  /** From the fault to the next leader, as it was seen here. */
  gapMs: durationMsSchema.nullable(),
  /** The latest moment for it, by the timing in the record. */
  boundMs: durationMsSchema,
  /** `succeeded` in time; `kept` by the same holder; `late`; `nobody` led next; `broken`: the epoch did not rise. */
  verdict: z.enum(["succeeded", "kept", "late", "nobody", "broken"]),
});
export interface DrillDocument extends Omit<Known<typeof drillDocumentSchema>, "before" | "after"> {
  before: { epoch: number; holderIdentity: string };
  after: { epoch: number; holderIdentity: string } | null;
}
