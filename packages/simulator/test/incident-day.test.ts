import { validities, type Observation, type Validity } from "@tenure/history";
import type { TimingSettings } from "@tenure/schema";
import { expect, test } from "vitest";
import { runPlan, type AgentPlan, type Plan } from "../src/index.ts";
import { noDiskFaults } from "../src/world/disk-faults.ts";

const HOUR_MS = 3_600_000;
/** Between 57 and 627 s, half of them below 111 s, and most shorter than the lease. */
const sessionSeconds = [111, 84, 132, 57, 96, 118, 240, 73, 105, 168, 62, 101, 126, 91, 300, 79, 109, 627];
const leaseDurationMs = 180_000;
/** As it was; one renewal in a row may fail. */
const timing: TimingSettings = { leaseDurationMs, renewIntervalMs: 60_000 };

const watchdog = (holderIdentity: string, startMs: number): AgentPlan => ({
  holderIdentity,
  timing,
  manner: "watchdog",
  container: null,
  startMs,
  workEveryMs: 2_500,
  termMs: 1e9,
  leaving: "never",
  releasesAfterLoss: false,
  downMs: 500,
  recyclesPid: false,
  dawdleMs: 0,
  child: {
    startsInMs: 100,
    worksEveryMs: 30_000,
    runsForMs: sessionSeconds.map((seconds) => 1_000 * seconds),
    exitCode: 0,
    hangsAfterMs: null,
    endsInMs: 50,
    escapes: false,
    losesGuard: false,
    hidesEnvironment: false,
    recyclesPid: false,
    failsToStart: 0,
    progress: null,
  },
});

/** Which of the two leads nobody knows beforehand: what is done to both hits one. */
const toBoth = (kind: "kill-child" | "kill", hour: number) =>
  [0, 1].map((agent) => ({ kind, agent, atMs: hour * HOUR_MS }) as const);

/** A leader and a standby on one machine; every six hours a session is killed, and once both watchdogs. */
const day: Plan = {
  seed: 1,
  store: "file",
  rates: [1],
  agents: [watchdog("blue", 0), watchdog("green", 100)],
  disk: { ...noDiskFaults, slow: 0.02, longestDelayMs: 20 },
  network: { dropRequest: 0, dropResponse: 0, delay: 0, longestDelayMs: 0 },
  lostNotices: 0,
  segmentBytes: 4 * 1024 * 1024,
  restarts: {
    burst: 5,
    windowMs: 600_000,
    backoffMs: 1_000,
    backoffMaxMs: 60_000,
    stableAfterMs: 300_000,
    cooldownMs: 300_000,
    always: true,
  },
  events: [...[3, 9, 15, 21].flatMap((hour) => toBoth("kill-child", hour)), ...toBoth("kill", 22)],
  quietFromMs: 24 * HOUR_MS,
};

interface Session {
  readonly fromMs: number;
  readonly toMs: number;
  readonly how: string;
}

function sessionsIn(history: readonly Observation[]): Session[] {
  return history.flatMap((seen) => {
    if (seen.kind !== "child-started" || seen.at >= day.quietFromMs) return [];
    const end = history.find((other) => other.kind === "child-ended" && other.child === seen.child);
    if (end?.kind !== "child-ended" || end.at >= day.quietFromMs) return [];
    return [{ fromMs: seen.at, toMs: end.at, how: end.how ?? "" }];
  });
}

/** How much of a session no lease was valid for. */
function withoutLeaseMs({ fromMs, toMs }: Session, spans: readonly Validity[]): number {
  let coveredMs = 0;
  for (const { from, until } of spans) coveredMs += Math.max(0, Math.min(toMs, until) - Math.max(fromMs, from));
  return toMs - fromMs - coveredMs;
}

test("a day of the old system's sessions: valid while a session lives, never found expired, fewer restarts than one an hour", async () => {
  const { history, violations } = await runPlan(day);
  expect(violations).toEqual([]);
  const sessions = sessionsIn(history);
  expect(sessions.length).toBeGreaterThan(500);

  const spans = validities(history);
  // What a watchdog that was killed leaves its guard ends, some milliseconds later.
  expect(Math.max(...sessions.map((session) => withoutLeaseMs(session, spans)))).toBeLessThan(20);
  expect(Math.max(...sessions.map(({ fromMs, toMs }) => toMs - fromMs))).toBeGreaterThan(3 * leaseDurationMs);

  const ends = history.flatMap((seen) => (seen.kind === "ended" && seen.at < day.quietFromMs ? [seen.reason] : []));
  expect(new Set(ends)).toEqual(new Set(["released", "died"]));
  const gapsMs = sessions.slice(1).map(({ fromMs }, at) => fromMs - (sessions[at]?.toMs ?? fromMs));
  // A backoff; whoever waited for a lease to run out would have waited for minutes.
  expect(Math.max(...gapsMs)).toBeLessThan(2_000);
  expect(gapsMs.toSorted((a, b) => a - b)[Math.floor(gapsMs.length / 2)]).toBeLessThan(200);

  const failures = sessions.filter(({ how }) => how !== "completed").length;
  expect(failures).toBe(5);
  expect(failures / 24).toBeLessThan(1);
}, 300_000);
