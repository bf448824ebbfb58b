// One of each document that a command prints or reads.
import type {
  AcquiredDocument,
  AdviceDocument,
  Configuration,
  DoctorDocument,
  DrillDocument,
  ErrorDocument,
  FindingDocument,
  ForeignProofDocument,
  HistoryDocument,
  LeaseStatus,
  Mapping,
  ProofDocument,
  RunEventDocument,
  SimulationDocument,
  StatusDocument,
  Timing,
  TrialDocument,
  WhatIfDocument,
} from "@tenure/schema";
import { process, record, run } from "./samples.ts";

export const timing: Timing = {
  leaseDurationMs: 15_000,
  renewDeadlineMs: 12_000,
  renewIntervalMs: 2700,
  requestTimeoutMs: 1000,
  stopTimeoutMs: 2000,
  lockDelayMs: 0,
  jitterFactor: 1.2,
  toleratedMissedRenewals: 2,
  clockRateError: 0.01,
  clockGranularityMs: 250,
};

const leaseStatus: LeaseStatus = {
  name: "orchestrator",
  state: "held",
  holderIdentity: "host-a",
  epoch: 3,
  nonce: record.nonce,
  leaseDurationMs: 15_000,
  renewDeadlineMs: 12_000,
  lockDelayMs: 0,
  acquireTime: record.acquireTime,
  renewTime: record.renewTime,
  renewals: 12,
  leaseTransitions: 3,
  ageMs: -20,
  remainingMs: 11_000.5,
  holderProcess: "alive",
  preferredHolder: null,
  paused: null,
  epochFloor: 3,
};

const lost: LeaseStatus = {
  ...leaseStatus,
  state: "lost",
  holderIdentity: null,
  nonce: null,
  leaseDurationMs: null,
  renewDeadlineMs: null,
  lockDelayMs: null,
  acquireTime: null,
  renewTime: null,
  ageMs: null,
  remainingMs: null,
  holderProcess: null,
};

export const status: StatusDocument = { storeId: "s-1", directory: "/var/lib/x", leases: [leaseStatus, lost] };
export const emptyStatus: StatusDocument = { storeId: null, leases: [] };
export const acquired: AcquiredDocument = {
  name: "orchestrator",
  holderIdentity: "host-a",
  epoch: 3,
  nonce: record.nonce,
  remainingMs: 12_000,
  deadline: record.deadline,
};
export const history: HistoryDocument = {
  terms: [
    {
      epoch: 1,
      holderIdentity: "host-a",
      acquireTime: "2026-01-31T08:30:00Z",
      endTime: "2026-01-31T08:31:00Z",
      endReason: "released",
      renewals: 20,
      gapBeforeMs: null,
      releaseReason: "completed",
    },
    {
      name: "orchestrator",
      epoch: 2,
      holderIdentity: "host-b",
      acquireTime: "2026-01-31T08:31:00.004Z",
      endTime: null,
      endReason: "open",
      renewals: 0,
      gapBeforeMs: 4,
    },
  ],
};
export const proof: ProofDocument = {
  timing: { ...timing, toleratedMissedRenewals: 0 },
  lines: [{ rule: "SAFETY", left: 14_250, right: 14_702.9, holds: false, marginMs: -452.9, explanation: "D + S + ε" }],
  holds: false,
  nearestSafe: timing,
};
export const foreignProof: ForeignProofDocument = {
  system: "client-go",
  settings: [
    { name: "leaseDuration", value: "15s", durationMs: 15_000 },
    { name: "client", value: "library" },
  ],
  rules: [{ by: "tenure", holds: false, explanation: "2s + 10s + 5s > 15s" }],
  overlap: { certainMs: 0, worstMs: 2000, explanation: "answers are late" },
  gap: { worstMs: null, explanation: "nobody waits" },
  verdict: "overlaps",
  guarantee: "none",
  changes: ["leaseDuration=17s"],
  sources: ["https://example.org"],
};
export const advice: AdviceDocument = {
  wantedGapMs: 5000,
  smallestGapMs: 576,
  slowness: { from: "probe", samples: 20, latencyMs: 4, latenessMs: null },
  settings: { leaseDurationMs: 3700 },
  timing,
  lines: proof.lines,
  writesPerHour: 4914,
  ridesOut: { missedRenewals: 2, storeOutageMs: 1100, standstillMs: 1600, clockRateError: 0.01 },
};
export const refusedAdvice: AdviceDocument = {
  ...advice,
  slowness: null,
  settings: null,
  timing: null,
  lines: [],
  writesPerHour: null,
  ridesOut: null,
};
const replayed = { timing, losses: 1, gapsMs: 20, longestGapMs: 15, writesPerHour: 1212, overlapMs: 0 };
export const whatIf: WhatIfDocument = {
  name: "orders",
  terms: 2,
  renewals: 40,
  spanMs: 120_000,
  recorded: replayed,
  whatIf: replayed,
  lost: [{ epoch: 1, time: "2026-01-31T08:30:00Z", lateMs: 5000 }],
  undecided: 0,
  failing: ["LIVENESS"],
};
export const simulation: SimulationDocument = {
  seed: 1,
  schedules: 2,
  broken: [{ seed: 2, violations: [{ invariant: "I1", sentence: "two led at once" }] }],
  evidence: { I1: 12 },
  faults: { "power-cut": 3 },
  digest: "0a1b",
};
export const trial: TrialDocument = {
  seed: 1,
  hours: 10_000,
  store: "network",
  candidates: 2,
  faultsPerHour: 1,
  timing,
  policy: {
    restart: "on-failure",
    burst: 5,
    windowMs: 600_000,
    backoffMs: 1000,
    backoffMaxMs: 60_000,
    stableAfterMs: 300_000,
    onExhausted: "cooldown",
    cooldownMs: 300_000,
  },
  overlaps: 0,
  broken: [],
  faults: { crash: { faults: 3, losses: 0, gaps: 3, longestGapMs: 1200.5, totalGapMs: 3600 } },
  restarts: { failures: 4, restarts: 3, probes: 1, gaveUp: 0, leftDown: 0, downMs: 900, longestDownMs: 400 },
  worst: { kind: "crash", atHour: 12.5, forMs: 100, gapMs: 1200.5, timeline: ["blue leads"] },
  digest: "0a1b",
};
export const drill: DrillDocument = {
  name: "orders",
  fault: "kill",
  pid: 4711,
  forMs: null,
  before: { epoch: 3, holderIdentity: "a" },
  after: { epoch: 4, holderIdentity: "b" },
  how: "holder-dead",
  gapMs: 12.5,
  boundMs: 17_000,
  verdict: "succeeded",
};
const ofRun = { name: "orders", time: "2026-01-31T08:30:00.000Z" };
export const runEvents: readonly RunEventDocument[] = [
  { type: "run.hindered", ...ofRun, why: "the store does not answer" },
  { type: "run.leading", ...ofRun, epoch: 17 },
  { type: "run.orphans_ended", ...ofRun, processes: [process] },
  { type: "run.started", ...ofRun, child: process },
  { type: "run.child_ended", ...ofRun, exit: { exitCode: null, signal: "SIGKILL" } },
  {
    type: "run.judged",
    ...ofRun,
    judgement: { verdict: "wedged", act: true, evidence: "its last progress was 31000 ms ago" },
    sighting: { state: "S", waitsIn: "do_epoll_wait", threads: 11, openDescriptors: null },
    lastOutput: "giving up",
  },
  { type: "run.stopping", ...ofRun, why: "SIGTERM" },
  { type: "run.escapees_ended", ...ofRun, processes: [] },
  { type: "run.stuck", ...ofRun, processes: [process] },
  { type: "run.recorded", ...ofRun, run },
  { type: "run.restarting", ...ofRun, trigger: "restarted", failures: 1, afterMs: 117.2, lastOutput: "" },
  { type: "run.exhausted", ...ofRun, restarts: 5, lastOutput: "" },
  { type: "run.release_failed", ...ofRun, error: { code: "ESTOREUNAVAILABLE", message: "EIO" } },
];
export const finding: FindingDocument = {
  verdict: "the holder ended, and nobody released",
  findings: [
    {
      ruleId: "release-path-dead",
      part: "cause",
      verdict: "no release",
      confidence: "high",
      evidence: [{ file: "a.log", line: 1, text: "exit 0" }],
      counterEvidence: [],
      change: "release",
    },
  ],
  terms: [
    {
      name: null,
      epoch: 1,
      holderIdentity: "a",
      acquireTime: "2026-01-31T08:30:00Z",
      lastRenewTime: "2026-01-31T08:30:00Z",
      renewals: 1,
      renewTimes: ["2026-01-31T08:30:20Z"],
      endTime: null,
      explanation: "nobody says",
    },
  ],
  signature: {
    terms: 6,
    refusal: null,
    leaseDurationMs: 60_000,
    graceMs: null,
    pollMs: 20_000,
    startUpMs: 2_000,
    expiryLeastMs: 61_000,
    expiryMostMs: 75_000,
    beat: {
      intervalMs: 20_000,
      renewals: 9,
      worstResidualMs: 40,
      chance: 0.001,
      histogram: [{ from: 0, to: 1, terms: 6 }],
      due: 9,
      missed: 0,
    },
    ages: {
      leastMs: 75_000,
      medianMs: 80_000,
      mostMs: 90_000,
      histogram: [],
      residualLeastMs: null,
      residualMostMs: null,
      early: 0,
      late: 0,
    },
    outage: {
      terms: 6,
      totalMs: 6,
      medianMs: 1,
      remainderMs: 1,
      graceMs: 1,
      pollMs: 1,
      startUpMs: 1,
      failed: 1,
      failureMs: 2,
    },
    conclusions: ["settings"],
  },
  effects: [
    {
      at: "2026-01-31T08:30:00Z",
      label: null,
      before: 3,
      after: 1,
      beforeMedianMs: 90_000,
      afterMedianMs: 91_000,
      test: "exact Mann-Whitney",
      p: 1,
      leastP: 0.5,
      shiftLeastMs: null,
      shiftMostMs: null,
      answer: "cannot-tell",
      explanation: "too few",
    },
  ],
  missing: ["when a process ended"],
  files: 1,
  lines: 2,
  unparsed: [{ file: "a.log", lines: 0, first: null }],
};
export const doctor: DoctorDocument = {
  level: "ill",
  findings: [
    {
      name: null,
      ruleId: "no-space-left",
      level: "ill",
      verdict: "the disk is full",
      confidence: "high",
      evidence: ["0 bytes free"],
      change: "make room",
    },
  ],
};
export const mapping: Mapping = {
  name: "some system",
  fields: { time: ["ts"] },
  messages: [
    { kind: "acquired", match: "leads: (?<holder>\\S+)", facts: { epoch: "/epoch" }, set: { role: "leader" } },
  ],
  states: [{ kind: "state", file: "state", facts: { holder: "/leader_id" } }],
};
export const error: ErrorDocument = {
  error: { code: "ELEASELOST", message: "taken over", name: "orchestrator", holderIdentity: null, epoch: 4 },
};
export const configuration: Configuration = {
  $schema: "./node_modules/@tenure/schema/json/configuration.schema.json",
  directory: "state",
  storeId: "s-1",
  holderIdentity: "host-a",
  floorDirectory: "/var/lib/floors",
  timing: { leaseDuration: "1m30s", renewInterval: 2700, jitterFactor: 1.2, clockRateError: 0 },
  restart: { when: "on-failure", burst: 3, window: "10m", onExhausted: "stop" },
  progress: { from: "file:progress", deadline: "30s", grace: 0 },
  leases: { orchestrator: { timing: { lockDelay: "0s" }, restart: { cooldown: 60_000 } }, other: {} },
};
