import type { LeaseRecord, LeaseStatus, ProcessIdentity } from "@tenure/schema";
import type { Instant } from "../clock.ts";
import type { ProveDeath } from "../identity.ts";
import type { LeaseStore, Snapshot } from "../store.ts";

/** From where a lease is looked at. */
export interface Viewpoint {
  readonly clock: { now(): Pick<Instant, "boottimeMs" | "wallMs"> };
  /** Says which boot and time namespace this is. */
  readonly identity: { readonly holder: Pick<ProcessIdentity, "bootId" | "timeNamespace"> };
  readonly store: Pick<LeaseStore, "guarantees">;
  readonly proveDeath: ProveDeath | undefined;
}

/** What can be said of a lease from outside: for people, and no ground to act on. */
export function statusOf(viewpoint: Viewpoint, snapshot: Snapshot): LeaseStatus {
  const { name, record, epochFloor } = snapshot;
  const nowMs = viewpoint.clock.now().wallMs;
  return {
    name,
    state: stateOf(snapshot),
    holderIdentity: record?.holderIdentity ?? null,
    epoch: record?.epoch ?? epochFloor,
    nonce: record?.nonce ?? null,
    leaseDurationMs: record?.leaseDurationMs ?? null,
    renewDeadlineMs: record?.renewDeadlineMs ?? null,
    lockDelayMs: record?.lockDelayMs ?? null,
    acquireTime: record?.acquireTime ?? null,
    renewTime: record?.renewTime ?? null,
    renewals: record?.renewals ?? 0,
    leaseTransitions: record?.leaseTransitions ?? 0,
    ageMs: typeof record?.renewTime === "string" ? nowMs - Date.parse(record.renewTime) : null,
    remainingMs: remainingMs(viewpoint, record),
    holderProcess: judge(viewpoint, record?.holder ?? null),
    preferredHolder: record?.preferredHolder ?? null,
    paused: record?.paused ?? null,
    epochFloor,
  };
}

function stateOf({ record, epochFloor }: Snapshot): LeaseStatus["state"] {
  if (record === null) return epochFloor > 0 ? "lost" : "free";
  if (record.holderIdentity === null) return "free";
  return record.revoked === null ? "held" : "revoked";
}

function judge({ proveDeath, store }: Viewpoint, holder: ProcessIdentity | null): LeaseStatus["holderProcess"] {
  if (holder === null) return null;
  if (holder.pid === null || proveDeath === undefined) return "unknown";
  return proveDeath(holder, { sameMachine: store.guarantees.scope !== "network" }).verdict;
}

function remainingMs(viewpoint: Viewpoint, record: LeaseRecord | null): number | null {
  const { bootId, timeNamespace } = viewpoint.identity.holder;
  const deadline = record?.deadline ?? null;
  if (deadline === null || deadline.bootId !== bootId || deadline.timeNamespace !== timeNamespace) return null;
  return Math.max(0, deadline.boottimeMs - viewpoint.clock.now().boottimeMs);
}
