import type { LeaseRecord, ProcessIdentity } from "@tenure/schema";
import type { Snapshot } from "../src/index.ts";
import type { Candidate } from "../src/protocol/acquire.ts";
import type { Evidence } from "../src/protocol/expire.ts";
import type { Term } from "../src/protocol/standing.ts";

export const WALL_TIME = "2026-01-01T00:00:00.000Z";
const EARLIER = "2025-12-31T23:59:00.000Z";

export function aProcess(instanceId: string, pid: number | null = 4711): ProcessIdentity {
  return {
    instanceId,
    hostId: "host-1",
    bootId: "boot-1",
    pid,
    processStartTime: "1000",
    pidNamespace: "pid:1",
    timeNamespace: "time:1",
    serviceName: null,
  };
}

/** A record held by `holder-a`, renewed three times. */
export function aRecord(changes: Partial<LeaseRecord> = {}): LeaseRecord {
  return {
    schemaVersion: "1.0",
    name: "job",
    holderIdentity: "holder-a",
    holder: aProcess("instance-a"),
    epoch: 5,
    nonce: "nonce-of-a",
    renewer: null,
    child: null,
    leaseDurationMs: 15_000,
    renewDeadlineMs: 12_000,
    lockDelayMs: 0,
    acquireTime: EARLIER,
    renewTime: EARLIER,
    renewals: 3,
    leaseTransitions: 4,
    deadline: { bootId: "boot-1", timeNamespace: "time:1", boottimeMs: 99_000 },
    releaseTime: null,
    releaseReason: null,
    preferredHolder: null,
    paused: null,
    revoked: null,
    ...changes,
  };
}

export function aFreeRecord(changes: Partial<LeaseRecord> = {}): LeaseRecord {
  return aRecord({
    holderIdentity: null,
    holder: null,
    deadline: null,
    releaseTime: EARLIER,
    releaseReason: "completed",
    ...changes,
  });
}

export function aSnapshot(record: LeaseRecord | null, changes: Partial<Snapshot> = {}): Snapshot {
  return {
    name: "job",
    storeId: "store-1",
    record,
    revision: "7",
    epochFloor: record?.epoch ?? 0,
    floorWaitMs: 0,
    ...changes,
  };
}

export function aCandidate(holderIdentity = "holder-b"): Candidate {
  return {
    identity: { holderIdentity, holder: aProcess("instance-b", 4712) },
    timing: { leaseDurationMs: 30_000, renewDeadlineMs: 24_000, lockDelayMs: 100 },
    nonce: "nonce-of-b",
    wallTime: WALL_TIME,
    deadline: { bootId: "boot-1", timeNamespace: "time:1", boottimeMs: 124_000 },
  };
}

export function evidence(changes: Partial<Evidence> = {}): Evidence {
  return { unchangedMs: 0, pausedMs: 0, preferredMs: 0, death: null, ...changes };
}

export const dead = { evidence: "pid 4711 is gone (ESRCH)", provedMs: 0, time: "2026-01-01T00:00:09.000Z" };

export function aTerm(changes: Partial<Term> = {}): Term {
  return {
    name: "job",
    holderIdentity: "holder-a",
    instanceId: "instance-a",
    epoch: 5,
    nonces: new Set(["nonce-of-a"]),
    renewals: 3,
    ...changes,
  };
}
