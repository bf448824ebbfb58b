import { z } from "zod";
import type { Known } from "./known.ts";
import { durationMsSchema, epochSchema } from "./number.ts";
import { lossReasonSchema, termEndSchema } from "./reason.ts";
import { releaseReasonSchema } from "./record.ts";
import { holderIdentitySchema, leaseNameSchema, remarkSchema, timeSchema } from "./text.ts";
import { toldTypes, transitionTypes } from "./vocabulary.ts";

export const eventTypeSchema = z.enum([...transitionTypes, ...toldTypes]);
export type EventType = z.infer<typeof eventTypeSchema>;

/** One thing that happened to one lease; the same shape in journals, on diagnostics channels and in `--json`. */
export const leaseEventSchema = z.looseObject({
  type: eventTypeSchema,
  name: leaseNameSchema,
  time: timeSchema,
  /** The epoch and holder the event is about (the new ones for an acquisition). */
  epoch: epochSchema,
  holderIdentity: holderIdentitySchema.nullable(),
  /** For an acquisition: the term before it, how it was known to have ended, and when, as far as the taker could know. */
  ended: z
    .looseObject({
      epoch: epochSchema,
      holderIdentity: holderIdentitySchema.nullable(),
      how: termEndSchema,
      /** When its death was found by a taker that had seen it alive. Absent where nobody can know, and after a release, which has its own line. */
      time: timeSchema.optional(),
      evidence: remarkSchema.optional(),
    })
    .optional(),
  releaseReason: releaseReasonSchema.optional(),
  lossReason: lossReasonSchema.optional(),
  /** Who asked, where it was not the holder: an operator's `break`, `transfer`, `pause`. */
  by: holderIdentitySchema.optional(),
  /** Free words for people: a person's reason, an error's text. */
  remark: remarkSchema.optional(),
  /** What remained of the holder's validity when it was told. */
  remainingMs: durationMsSchema.optional(),
});
export type LeaseEvent = Known<typeof leaseEventSchema>;
