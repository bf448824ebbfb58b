import type { LeaseRecord, ProcessIdentity } from "@tenure/schema";
import { describe, expect, test } from "vitest";
import {
  leaseChecks,
  placeChecks,
  type Beat,
  type Check,
  type Examined,
  type ExaminedPlace,
  type ExaminedProcess,
  type Fired,
} from "../src/index.ts";

const identity: ProcessIdentity = {
  instanceId: "instance-1",
  hostId: "host",
  bootId: "boot",
  pid: 4_711,
  processStartTime: "1",
  pidNamespace: "pid:[1]",
  timeNamespace: "time:[1]",
  serviceName: null,
};

const record: LeaseRecord = {
  schemaVersion: "1.0",
  name: "press",
  holderIdentity: "worker-a",
  holder: identity,
  epoch: 4,
  nonce: "nonce-0001",
  renewer: null,
  child: null,
  leaseDurationMs: 15_000,
  renewDeadlineMs: 12_000,
  lockDelayMs: 0,
  acquireTime: "2026-04-02T09:00:00Z",
  renewTime: "2026-04-02T09:00:12Z",
  renewals: 4,
  leaseTransitions: 3,
  deadline: null,
  releaseTime: null,
  releaseReason: null,
  preferredHolder: null,
  paused: null,
  revoked: null,
};

const looked = (role: ExaminedProcess["role"], more: Partial<ExaminedProcess> = {}): ExaminedProcess => ({
  role,
  process: identity,
  state: "running",
  evidence: "process 4711 is in state S",
  commandLine: "node serve.js",
  newerFiles: [],
  ...more,
});

const beat = (atMs: number, writer = "process 4711", clockOffsetMs = 1_000_000): Beat => ({
  time: new Date(atMs).toISOString(),
  atMs,
  clockOffsetMs,
  writer,
});

const healthy: Examined = {
  name: "press",
  place: "/state",
  names: ["press"],
  record,
  epochFloor: 64,
  remainingMs: 11_000,
  ageMs: 1_000,
  watch: { watchedMs: 2_700, wasDue: true, renewals: 1 },
  beats: [0, 3_000, 6_000, 9_000, 12_000].map((atMs) => beat(atMs)),
  processes: [looked("holder"), looked("child")],
  formerHolders: [],
  namesake: null,
  files: [],
  journalProblems: [],
  restarts: { count: 1, burst: 5, windowMs: 600_000 },
  timingFaults: [],
};

const still = { watchedMs: 7_000, wasDue: true, renewals: 0 };
const beats = (...ms: readonly number[]): Pick<Examined, "beats"> => ({ beats: ms.map((atMs) => beat(atMs)) });
const written = (...by: readonly string[]): Pick<Examined, "beats"> => ({
  beats: by.map((writer, at) => beat(at * 3_000, writer)),
});
const processes = (...all: readonly ExaminedProcess[]): Pick<Examined, "processes"> => ({ processes: all });
const held = (more: Partial<LeaseRecord>): Pick<Examined, "record"> => ({ record: { ...record, ...more } });
const gone = looked("holder", { state: "dead", evidence: "process 4711 is gone" });
const free = { holderIdentity: null, holder: null };

function fired<Subject>(checks: readonly Check<Subject>[], subject: Subject): Fired[] {
  return checks.flatMap(({ look }) => {
    const answer = look(subject);
    return answer === null || answer.level === "well" ? [] : [answer];
  });
}

describe("the checks of a lease", () => {
  test.each<[string, "warning" | "ill", string, Partial<Examined>]>([
    [
      "no-such-lease",
      "ill",
      "there is no record and no floor",
      { record: null, epochFloor: 0, watch: null, processes: [], names: ["other"] },
    ],
    ["record-lost", "ill", "only the floor is left", { record: null, watch: null, processes: [] }],
    [
      "revoked",
      "warning",
      "an operator broke it",
      held({ revoked: { by: "ann", reason: "drill", time: "2026-04-02T09:00:00Z" } }),
    ],
    [
      "paused",
      "warning",
      "an operator paused it",
      held({ paused: { by: "ann", nonce: "0123456789", reason: "upgrade", expiresAfterMs: 1 } }),
    ],
    ["not-renewed", "ill", "nothing came while one was due", { watch: still }],
    ["renewer-dead", "ill", "the side-car died", processes(looked("holder"), looked("renewer", { state: "dead" }))],
    [
      "renewer-stopped",
      "ill",
      "the side-car is stopped",
      processes(looked("holder"), looked("renewer", { state: "stopped" })),
    ],
    [
      "no-process",
      "warning",
      "nobody stands behind it",
      processes(looked("holder", { process: { ...identity, pid: null }, state: "unknown", commandLine: null })),
    ],
    ["second-renewer", "warning", "two take turns", written("a", "b", "a", "b")],
    ["late-renewal", "warning", "a gap of more than half of D", beats(0, 3_000, 9_100, 12_000)],
    ["holder-dead", "ill", "it died, and nothing beats", { ...processes(gone), watch: { ...still, wasDue: false } }],
    ["holder-stopped", "ill", "state T", processes(looked("holder", { state: "stopped" }))],
    [
      "command-stopped",
      "ill",
      "its command is in state T",
      processes(looked("holder"), looked("child", { state: "stopped" })),
    ],
    [
      "shared-identity",
      "warning",
      "a former holder of that name lives",
      { formerHolders: [{ holderIdentity: "worker-a", epoch: 3, pid: 12 }] },
    ],
    [
      "held-in-two-stores",
      "warning",
      "the default folder has it too",
      { namesake: { place: "/home/.local", storeId: "s-2", holderIdentity: "worker-b" } },
    ],
    [
      "fix-not-loaded",
      "warning",
      "the script is newer",
      processes(looked("holder"), looked("child", { newerFiles: ["serve.js was changed"] })),
    ],
    [
      "restart-rate",
      "warning",
      "more than half of the budget is used",
      { restarts: { count: 3, burst: 5, windowMs: 600_000 } },
    ],
    [
      "clock-step",
      "warning",
      "the offset moved by two seconds",
      { beats: [beat(0), beat(3_000), beat(6_000, "a", 1_002_000)].map((each) => ({ ...each, writer: "a" })) },
    ],
    ["unsafe-timing", "ill", "the proof fails", { timingFaults: ["SAFETY fails"] }],
    [
      "file-not-own",
      "ill",
      "a file is a link",
      { files: [{ path: "press.journal.jsonl", fault: "is a link", change: "replace it" }] },
    ],
    [
      "journal-damaged",
      "ill",
      "a line builds on nothing",
      { journalProblems: ["line 3: builds on a line that is not there"] },
    ],
  ])("%s is %s when %s", (ruleId, level, _, more) => {
    const answers = fired(leaseChecks, { ...healthy, ...more });
    expect(answers.map((answer) => `${answer.ruleId} ${answer.level}`)).toEqual([`${ruleId} ${level}`]);
    expect(answers[0]?.change).not.toBe("");
    expect(answers[0]?.evidence).not.toEqual([]);
  });

  test.each<[string, Partial<Examined>]>([
    ["held and renewed", {}],
    ["released", { ...held(free), watch: null, processes: [] }],
    ["not due while it was watched", { watch: { ...still, wasDue: false } }],
    [
      "beaten for by a side-car that took over from another",
      { ...written("a", "a", "b", "b"), ...processes(looked("holder"), looked("renewer")) },
    ],
    ["renewed exactly half of D apart", beats(0, 6_000, 12_000)],
    ["too young for a rhythm", beats(0, 11_000)],
    ["held elsewhere", processes(looked("holder", { state: "unknown", commandLine: null }))],
    ["taken over from another name that lives", { formerHolders: [{ holderIdentity: "worker-b", epoch: 3, pid: 12 }] }],
    ["restarted now and then", { restarts: { count: 2, burst: 5, windowMs: 600_000 } }],
    ["by a clock that is slewed", { beats: [beat(0), beat(3_000, "process 4711", 1_000_900), beat(6_000)] }],
    ["never restarted", { restarts: null }],
    ["kept where no journal can be followed", { journalProblems: null }],
    ["led by a process that hides what it runs", processes(looked("holder", { newerFiles: null }))],
  ])("nothing is said of a lease that is %s", (_, more) => {
    expect(fired(leaseChecks, { ...healthy, ...more })).toEqual([]);
  });

  test("a ghost is told from a dead holder: only its lease is renewed", () => {
    const renewer = looked("renewer", { process: { ...identity, pid: 99 } });
    const answers = fired(leaseChecks, { ...healthy, ...processes(gone, renewer) });
    expect(answers.map(({ ruleId }) => ruleId)).toEqual(["ghost-kept-alive", "holder-dead"]);
    expect(answers[0]?.change).toBe("end the renewer: kill 99");
  });
});

describe("the checks of a place", () => {
  const place: ExaminedPlace = {
    place: "/state",
    facts: { filesystem: "ext4" },
    warnings: [],
    freeBytes: 2 ** 40,
    freeFiles: 9,
    hostLimits: [],
    hostClock: "to 10 ms",
  };

  test.each<[string, string, Partial<ExaminedPlace>]>([
    ["place-unfit warning", "the probe warns", { warnings: ["/state is on nfs"] }],
    ["little-space-left warning", "little is free", { freeBytes: 2 ** 25 }],
    ["no-space-left ill", "nothing is free", { freeBytes: 0 }],
    ["host-limits warning", "/proc is hidden", { hostLimits: ["no death is ever proved"] }],
    ["no-space-left ill", "no file can be made", { freeFiles: 0 }],
  ])("%s when %s", (rule, _, more) => {
    expect(fired(placeChecks, { ...place, ...more }).map(({ ruleId, level }) => `${ruleId} ${level}`)).toEqual([rule]);
  });

  test.each<[string, Partial<ExaminedPlace>]>([
    ["a local disk with room", {}],
    ["a server", { freeBytes: null, freeFiles: null }],
    ["a file system without a number of files", { freeFiles: null }],
  ])("nothing is said of %s", (_, more) => {
    expect(fired(placeChecks, { ...place, ...more })).toEqual([]);
  });
});
