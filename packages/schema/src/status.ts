import { z } from "zod";
import type { Known } from "./known.ts";
import { countSchema, durationMsSchema, epochSchema } from "./number.ts";
import { deadlineSchema, pauseSchema, preferredHolderSchema } from "./record.ts";
import { holderIdentitySchema, leaseNameSchema, machineTokenSchema, nonceSchema, timeSchema } from "./text.ts";

export const leaseStateSchema = z.enum([
  /** A holder stands in the record. Whether it is still valid only the holder can say. */
  "held",
  /** Nobody leads, and whoever comes may. */
  "free",
  /** An operator broke it; its holder has its term's end to keep. */
  "revoked",
  /** The record is gone, but the floor remembers that there was one. */
  "lost",
]);
export type LeaseState = z.infer<typeof leaseStateSchema>;

/** Milliseconds that may lie beyond any lease: an age, a gap, a margin. */
const spanMsSchema = z.number();

/** One lease as `tenure status` shows it. */
export const leaseStatusSchema = z.looseObject({
  name: leaseNameSchema,
  state: leaseStateSchema,
  holderIdentity: holderIdentitySchema.nullable(),
  epoch: epochSchema,
  nonce: nonceSchema.nullable(),
  leaseDurationMs: durationMsSchema.nullable(),
  renewDeadlineMs: durationMsSchema.nullable(),
  lockDelayMs: durationMsSchema.nullable(),
  acquireTime: timeSchema.nullable(),
  renewTime: timeSchema.nullable(),
  renewals: countSchema,
  leaseTransitions: countSchema,
  /** Since `renewTime`, by the wall clock: for people, negative when that clock was set back. It decides nothing. */
  ageMs: spanMsSchema.nullable(),
  /** Of the holder's validity, by its recorded deadline; `null` where that cannot be compared (another boot, no holder). */
  remainingMs: spanMsSchema.nullable(),
  holderProcess: z.enum(["alive", "dead", "unknown"]).nullable(),
  preferredHolder: preferredHolderSchema.nullable(),
  paused: pauseSchema.nullable(),
  /** No epoch up to this one is issued again. */
  epochFloor: epochSchema,
});
export type LeaseStatus = Known<typeof leaseStatusSchema>;

/** `tenure status --json`. */
export const statusDocumentSchema = z.looseObject({
  /** `null`: there is no store yet. */
  storeId: machineTokenSchema.nullable(),
  directory: z.string().max(4096).optional(),
  /** The server that keeps the leases, without its password; then there is no directory. */
  store: z.string().max(4096).optional(),
  leases: z.array(leaseStatusSchema),
});
export interface StatusDocument extends Omit<Known<typeof statusDocumentSchema>, "leases"> {
  leases: LeaseStatus[];
}

/** `tenure acquire --json` and `tenure renew --json`. */
export const acquiredDocumentSchema = z.looseObject({
  name: leaseNameSchema,
  holderIdentity: holderIdentitySchema,
  epoch: epochSchema,
  nonce: nonceSchema,
  remainingMs: spanMsSchema,
  /** Until when something may be begun; comparable within its boot and time namespace only. */
  deadline: deadlineSchema.nullable(),
});
export type AcquiredDocument = Known<typeof acquiredDocumentSchema>;
