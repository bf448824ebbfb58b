import { z } from "zod";
import type { Known } from "./known.ts";
import { countSchema, durationMsSchema, epochSchema } from "./number.ts";
import { processIdentitySchema } from "./process-identity.ts";
import {
  holderIdentitySchema,
  leaseNameSchema,
  machineTokenSchema,
  nonceSchema,
  remarkSchema,
  timeSchema,
} from "./text.ts";
import { schemaVersionSchema } from "./version.ts";
import { DURATION_MAX_MS } from "./vocabulary.ts";

/** Why a holder gave its lease back. */
export const releaseReasonSchema = z.enum(["completed", "stopped", "failed", "transferred"]);
export type ReleaseReason = z.infer<typeof releaseReasonSchema>;

/** Who is to lead next. Others stand back until it has stood unchanged for `expiresAfterMs`, as they observe it. */
export const preferredHolderSchema = z.looseObject({
  holderIdentity: holderIdentitySchema,
  expiresAfterMs: durationMsSchema,
});
export type PreferredHolder = z.infer<typeof preferredHolderSchema>;

/**
 * Nobody may acquire until it is lifted or has stood unchanged for `expiresAfterMs`, as the candidate observes it; the longest duration there
 * is never ends by itself. The nonce is the order's own: one that is given again in the same words counts from anew.
 */
export const pauseSchema = z.looseObject({
  by: holderIdentitySchema,
  nonce: nonceSchema,
  reason: remarkSchema,
  expiresAfterMs: durationMsSchema,
});
export type Pause = z.infer<typeof pauseSchema>;

/** An operator broke the lease. The holder still has its term's end to keep: takers wait for it. */
export const revocationSchema = z.looseObject({ by: holderIdentitySchema, reason: remarkSchema, time: timeSchema });
export type Revocation = z.infer<typeof revocationSchema>;

/**
 * Until when the holder may begin something, on the boot-time clock of one boot and one time namespace. Only the holder's own
 * one-shot commands and its renewer read it, so that they refuse after it; a taker never does.
 */
export const deadlineSchema = z.looseObject({
  bootId: machineTokenSchema,
  timeNamespace: machineTokenSchema.nullable(),
  /** Far above any uptime, and far below where a double loses its milliseconds. */
  boottimeMs: z
    .number()
    .min(0)
    .max(100 * DURATION_MAX_MS),
});
export type Deadline = z.infer<typeof deadlineSchema>;

/** One lease, as every store keeps it. Fields follow the Kubernetes Lease; unknown ones of a newer minor version survive a rewrite. */
export const leaseRecordSchema = z
  .looseObject({
    schemaVersion: schemaVersionSchema,
    name: leaseNameSchema,
    /** `null`: nobody leads. */
    holderIdentity: holderIdentitySchema.nullable(),
    /** The process that acts. `null` exactly when `holderIdentity` is. */
    holder: processIdentitySchema.nullable(),
    epoch: epochSchema,
    nonce: nonceSchema,
    /** Who beats for the holder, if another process does. */
    renewer: processIdentitySchema.nullable(),
    /** What the holder started, so that a successor can end what a dead one left. */
    child: processIdentitySchema.nullable(),
    /** The last holder's terms, fixed for its term; a taker uses these, not its own. */
    leaseDurationMs: durationMsSchema,
    renewDeadlineMs: durationMsSchema,
    lockDelayMs: durationMsSchema,
    acquireTime: timeSchema.nullable(),
    renewTime: timeSchema.nullable(),
    /** Renewals in this term. */
    renewals: countSchema,
    /** Changes of holder over the life of the lease. */
    leaseTransitions: countSchema,
    deadline: deadlineSchema.nullable(),
    releaseTime: timeSchema.nullable(),
    releaseReason: releaseReasonSchema.nullable(),
    /** While held: the holder is asked to stop and release for this one. Once free: who may come first. */
    preferredHolder: preferredHolderSchema.nullable(),
    paused: pauseSchema.nullable(),
    revoked: revocationSchema.nullable(),
  })
  .refine((record) => (record.holder === null) === (record.holderIdentity === null), {
    path: ["holder"],
    error: "holder is null exactly when holderIdentity is",
  })
  // The same rule for those who read the JSON Schema.
  .meta({
    if: { properties: { holderIdentity: { type: "null" } } },
    // oxlint-disable-next-line unicorn/no-thenable -- the keyword of JSON Schema
    then: { properties: { holder: { type: "null" } } },
    else: { properties: { holder: { type: "object" } } },
  });
export type LeaseRecord = Known<typeof leaseRecordSchema>;
