import { fixedIdentity } from "@tenure/core/testing";
import type { LeaseEvent, LeaseRecord } from "@tenure/schema";
import { SCHEMA_VERSION } from "@tenure/schema/light";

const TIME = "2026-01-01T00:00:00.000Z";

/** A record as a holder of the given epoch would write it, under a nonce of its own. */
export function heldRecord(name: string, epoch: number, changes: Partial<LeaseRecord> = {}): LeaseRecord {
  return {
    schemaVersion: SCHEMA_VERSION,
    name,
    ...fixedIdentity("blue"),
    epoch,
    nonce: crypto.randomUUID(),
    renewer: null,
    child: null,
    leaseDurationMs: 15_000,
    renewDeadlineMs: 12_000,
    lockDelayMs: 0,
    acquireTime: TIME,
    renewTime: TIME,
    renewals: 0,
    leaseTransitions: 0,
    deadline: null,
    releaseTime: null,
    releaseReason: null,
    preferredHolder: null,
    paused: null,
    revoked: null,
    ...changes,
  };
}

export function acquireEvent({ name, epoch, holderIdentity }: LeaseRecord): LeaseEvent {
  return { type: "lease.acquired", name, time: TIME, epoch, holderIdentity };
}
