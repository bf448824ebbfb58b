import { ridesOut } from "@tenure/advisor";
import { resolveTiming } from "@tenure/core";
import type { TimingSettings } from "@tenure/schema";
import { runPlan, type Plan, type WorldEvent } from "@tenure/simulator";
import { describe, expect, test } from "vitest";

/** Moments of one interval at which a fault may begin. */
const PHASES = 60;

/** One leader at a server; nothing else goes wrong. */
function plan(timing: TimingSettings, seed: number, event: WorldEvent): Plan {
  const agent = {
    manner: "library",
    holderIdentity: "blue",
    timing,
    container: null,
    startMs: 0,
    workEveryMs: 500,
    termMs: 1e9,
    leaving: "never",
    releasesAfterLoss: false,
    downMs: 1_000,
    recyclesPid: false,
    dawdleMs: 0,
  } as const;
  const { leaseDurationMs } = resolveTiming(timing);
  return {
    seed,
    store: "network",
    rates: [1],
    agents: [agent],
    disk: { failBefore: 0, failAfter: 0, tornWrite: 0, slow: 0, longestDelayMs: 0, crashBefore: 0, crashAfter: 0 },
    network: { dropRequest: 0, dropResponse: 0, delay: 0, longestDelayMs: 0 },
    lostNotices: 0,
    segmentBytes: 4_194_304,
    events: [event],
    quietFromMs: event.atMs + 2 * leaseDurationMs,
  };
}

/** In how many of the phases the lease is lost. */
async function losses(timing: TimingSettings, kind: "pause" | "partition", forMs: number): Promise<number> {
  const { leaseDurationMs, renewIntervalMs, jitterFactor } = resolveTiming(timing);
  let lost = 0;
  for (let phase = 0; phase < PHASES; phase += 1) {
    const atMs = leaseDurationMs + (phase / PHASES) * renewIntervalMs * jitterFactor;
    const { history } = await runPlan(plan(timing, phase + 1, { kind, agent: 0, forMs, atMs }));
    const quiet = history.find((seen) => seen.kind === "quiet");
    if (history.some((seen) => seen.kind === "ended" && seen.at < Number(quiet?.at))) lost += 1;
  }
  return lost;
}

describe("what is said to cost no lease costs none, whenever it begins, by the real heartbeat", () => {
  test.each<TimingSettings>([
    {},
    { leaseDurationMs: 3_700 },
    { leaseDurationMs: 60_000 },
    { leaseDurationMs: 7_200, requestTimeoutMs: 600, renewIntervalMs: 1_296 },
    { leaseDurationMs: 180_000, renewIntervalMs: 60_000 },
  ])("%j", async (timing) => {
    const { standstillMs, storeOutageMs } = ridesOut(resolveTiming(timing));
    expect(await losses(timing, "pause", standstillMs)).toBe(0);
    expect(await losses(timing, "partition", storeOutageMs)).toBe(0);
    // And it is no mere caution: twice a renew deadline costs it always.
    expect(await losses(timing, "pause", 2 * resolveTiming(timing).renewDeadlineMs)).toBe(PHASES);
  });
});
