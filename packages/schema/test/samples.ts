import type { LeaseEvent, LeaseRecord, ProcessIdentity, Run } from "@tenure/schema";

export const process: ProcessIdentity = {
  instanceId: "V1StGXR8_Z5jdHi6B-myT",
  hostId: "0f8fad5bd9cb469fa16570867728950e",
  bootId: "7c9e6679-7425-40de-944b-e07fc1f90ae7",
  pid: 4321,
  processStartTime: "8675309",
  pidNamespace: "4026531836",
  timeNamespace: "4026531834",
  serviceName: "orchestrator.service",
};

export const record: LeaseRecord = {
  schemaVersion: "1.0",
  name: "orchestrator",
  holderIdentity: "host-a/orchestrator",
  holder: process,
  epoch: 17,
  nonce: "k3Jd9s-Qw_81mZx0pLtB4A",
  renewer: { ...process, pid: 4322 },
  child: { ...process, pid: null, processStartTime: null },
  leaseDurationMs: 15_000,
  renewDeadlineMs: 12_000,
  lockDelayMs: 0,
  acquireTime: "2026-01-31T08:30:00.000Z",
  renewTime: "2026-01-31T08:31:10Z",
  renewals: 26,
  leaseTransitions: 4,
  deadline: { bootId: process.bootId, timeNamespace: null, boottimeMs: 1_234_567.8 },
  releaseTime: null,
  releaseReason: null,
  preferredHolder: { holderIdentity: "höst-b", expiresAfterMs: 60_000 },
  paused: { by: "ann", nonce: "0123456789", reason: "maintenance", expiresAfterMs: 3_600_000 },
  revoked: { by: "ann", reason: "", time: "2026-01-31T08:31:20.5Z" },
};

export const freeRecord: LeaseRecord = {
  ...record,
  holderIdentity: null,
  holder: null,
  renewer: null,
  child: null,
  deadline: null,
  releaseTime: "2026-01-31T08:32:00Z",
  releaseReason: "completed",
  preferredHolder: null,
  paused: null,
  revoked: null,
};

export const event: LeaseEvent = {
  type: "lease.taken_over",
  name: "orchestrator",
  time: "2026-01-31T08:30:00.000Z",
  epoch: 17,
  holderIdentity: "host-a/orchestrator",
  ended: { epoch: 16, holderIdentity: "host-b", how: "holder-dead", evidence: "pid 77 is gone" },
  remainingMs: 12_000,
};

export const run: Run = {
  schemaVersion: "1.0",
  startTime: "2026-01-31T08:30:00.000Z",
  bootId: process.bootId,
  startedBoottimeMs: 1_234_567.8,
  epoch: 17,
  trigger: "restarted",
  end: "failed",
  durationMs: 61_000.5,
  exitCode: 3,
  signal: null,
  lastOutput: "cannot open /data\ngiving up",
  judged: "wedged: its last progress was 31000 ms ago; state S",
  isFollowed: true,
};

export const runUnderWay: Run = { ...run, end: null, durationMs: null, exitCode: null, lastOutput: "" };
