import type { Deadline, LeaseEvent, LeaseRecord, Timing } from "@tenure/schema";
import { SCHEMA_VERSION } from "@tenure/schema/light";
import type { ClientIdentity } from "../identity.ts";
import type { Snapshot } from "../store.ts";
import { increment, toRemark, type Commit, type Refuse, type Wait } from "./decision.ts";
import { decideExpire, type Death, type Evidence, type Over } from "./expire.ts";
import { pauseLeftMs } from "./pause.ts";

/** Who wants the lease, on which terms, and what its record will say. */
export interface Candidate {
  readonly identity: ClientIdentity;
  readonly timing: Pick<Timing, "leaseDurationMs" | "renewDeadlineMs" | "lockDelayMs">;
  readonly nonce: string;
  readonly wallTime: string;
  readonly deadline: Deadline | null;
  /** Epochs up to this one were issued in a store that the lease comes from. */
  readonly aboveEpoch?: number;
}

/** The identity of the candidate grants nothing: the same one in a second process waits like anyone. */
export function decideAcquire(snapshot: Snapshot, candidate: Candidate, evidence: Evidence): Commit | Wait | Refuse {
  const expiry = decideExpire(snapshot, evidence);
  if (expiry.outcome !== "over") return expiry;
  const standBack = decideStandBack(snapshot.record, candidate, evidence);
  if (standBack !== null) return standBack;
  const record = newTerm(snapshot, candidate);
  return { outcome: "commit", record, event: acquisition(snapshot, record, candidate, expiry), durable: true };
}

/** Free, and still not to be had: paused, or another is to come first. */
function decideStandBack(record: LeaseRecord | null, candidate: Candidate, evidence: Evidence): Wait | null {
  if (record === null) return null;
  const { paused, preferredHolder } = record;
  const pausedForMs = paused === null ? 0 : pauseLeftMs(paused, evidence.pausedMs);
  if (paused !== null && pausedForMs > 0) return { outcome: "wait", forMs: pausedForMs, reason: "paused", paused };
  if (preferredHolder === null || preferredHolder.holderIdentity === candidate.identity.holderIdentity) return null;
  const standBackMs = preferredHolder.expiresAfterMs - evidence.preferredMs;
  return standBackMs > 0 ? { outcome: "wait", forMs: standBackMs, reason: "preferred-holder" } : null;
}

function newTerm(snapshot: Snapshot, candidate: Candidate): LeaseRecord {
  const { record: last } = snapshot;
  const { identity, timing, nonce, wallTime, deadline, aboveEpoch = 0 } = candidate;
  return {
    // Fields of a newer minor version survive.
    ...last,
    schemaVersion: SCHEMA_VERSION,
    name: snapshot.name,
    holderIdentity: identity.holderIdentity,
    holder: identity.holder,
    epoch: Math.max(last?.epoch ?? 0, snapshot.epochFloor, aboveEpoch) + 1,
    nonce,
    renewer: identity.renewer ?? null,
    // What a dead leader left running stays named until its successor has ended it: the successor may die first.
    child: last?.child ?? null,
    leaseDurationMs: timing.leaseDurationMs,
    renewDeadlineMs: timing.renewDeadlineMs,
    lockDelayMs: timing.lockDelayMs,
    acquireTime: wallTime,
    renewTime: wallTime,
    renewals: 0,
    leaseTransitions: last === null || last.epoch === 0 ? 0 : increment(last.leaseTransitions),
    deadline,
    releaseTime: null,
    releaseReason: null,
    preferredHolder: null,
    paused: null,
    revoked: null,
  };
}

function acquisition(snapshot: Snapshot, record: LeaseRecord, candidate: Candidate, over: Over): LeaseEvent {
  const peaceful = over.how === "vacant" || over.how === "released" || over.how === "transferred";
  const event: LeaseEvent = {
    type: peaceful ? "lease.acquired" : "lease.taken_over",
    name: record.name,
    time: candidate.wallTime,
    epoch: record.epoch,
    holderIdentity: record.holderIdentity,
  };
  if (over.how === "vacant") return event;
  const ended = {
    epoch: snapshot.record?.epoch ?? snapshot.epochFloor,
    holderIdentity: snapshot.record?.holderIdentity ?? null,
    how: over.how,
    ...(over.death === undefined ? {} : told(over.death)),
  };
  return { ...event, ended };
}

function told({ evidence, time }: Death): { evidence: string; time?: string } {
  return { evidence: toRemark(evidence), ...(time === null ? {} : { time }) };
}
