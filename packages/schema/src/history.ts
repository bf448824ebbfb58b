import { z } from "zod";
import type { Known } from "./known.ts";
import { countSchema, epochSchema } from "./number.ts";
import { lossReasonSchema, termEndSchema } from "./reason.ts";
import { releaseReasonSchema } from "./record.ts";
import { holderIdentitySchema, leaseNameSchema, timeSchema } from "./text.ts";

/** One holder's time in office. */
export const termSchema = z.looseObject({
  name: leaseNameSchema.optional(),
  epoch: epochSchema,
  holderIdentity: holderIdentitySchema,
  acquireTime: timeSchema,
  /** When it was written down as over; `null` while it is not. */
  endTime: timeSchema.nullable(),
  /** `open`: no later line of the journal ends it. */
  endReason: z.enum([...termEndSchema.options, "open"]),
  renewals: countSchema,
  /** From the end of the term before it, by the writers' wall clocks; `null` for the first. */
  gapBeforeMs: z.number().nullable(),
  releaseReason: releaseReasonSchema.optional(),
  /** Why its holder had stopped leading before it gave the lease back, as it says itself: nobody led in between. */
  lossReason: lossReasonSchema.optional(),
});
export type Term = Known<typeof termSchema>;

/** `tenure history --json`: the terms in order of their epochs. */
export const historyDocumentSchema = z.looseObject({ terms: z.array(termSchema) });
export interface HistoryDocument {
  terms: Term[];
}
