import type { RunEnd, RunTrigger } from "@tenure/schema";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideRestart, type PastRun } from "../src/restart/decide.ts";
import { backoffAfter, defaultRestartPolicy, faultOfPolicy, MAX_BURST } from "../src/restart/policy.ts";
import type { RestartPolicy } from "../src/restart/policy.ts";

const policy: RestartPolicy = { ...defaultRestartPolicy, restart: "on-failure", burst: 3 };
const now = { nowMs: 1_000_000, random: 0 };

function run(end: RunEnd, trigger: RunTrigger = "restarted", past: Partial<PastRun> = {}): PastRun {
  return { end, trigger, startedAtMs: now.nowMs - 1_000, durationMs: 1_000, ...past };
}

describe("what follows the end of a run", () => {
  test("the first start is one by hand", () => {
    expect(decideRestart(policy, [], now)).toEqual({ do: "start", trigger: "manual", afterMs: 0, failures: 0 });
  });

  test.each(["never", "on-failure", "always"] as const)("what was stopped stays stopped (%s)", (restart) => {
    expect(decideRestart({ ...policy, restart }, [run("stopped")], now)).toEqual({ do: "end", why: "stopped" });
  });

  test.each([
    ["never", "completed", { do: "end", why: "completed" }],
    ["never", "failed", { do: "end", why: "not-wanted" }],
    ["on-failure", "completed", { do: "end", why: "completed" }],
    ["on-failure", "lost", { do: "start", trigger: "continued", afterMs: 0, failures: 0 }],
    ["on-failure", "failed", { do: "start", trigger: "restarted", afterMs: 1_000, failures: 1 }],
    ["on-failure", "interrupted", { do: "start", trigger: "restarted", afterMs: 1_000, failures: 1 }],
    ["always", "completed", { do: "start", trigger: "continued", afterMs: 0, failures: 0 }],
  ] as const)("%s, after a run that is %s", (restart, end, decision) => {
    expect(decideRestart({ ...policy, restart }, [run(end, "manual")], now)).toEqual(decision);
  });

  test("each failure in a row doubles the wait, to its maximum, and jitter only lengthens it", () => {
    const failed = (count: number): PastRun[] => Array.from({ length: count }, () => run("failed", "manual"));
    for (const [count, afterMs] of [
      [1, 1_000],
      [2, 2_000],
      [7, 60_000],
      [90, 60_000],
    ] as const) {
      expect(decideRestart(policy, failed(count), now)).toMatchObject({ afterMs, failures: count });
      expect(decideRestart(policy, failed(count), { ...now, random: 0.5 })).toMatchObject({ afterMs: afterMs * 1.1 });
    }
  });

  test("a run that was no failure ends the row, and a stable run all that was before it", () => {
    const runs = [run("failed"), run("failed", "manual"), run("lost", "continued"), run("failed")];
    expect(decideRestart(policy, runs, now)).toMatchObject({ trigger: "restarted", failures: 1 });
    const stable = run("failed", "restarted", { durationMs: policy.stableAfterMs });
    expect(decideRestart(policy, [run("failed"), run("failed"), run("failed"), stable], now)).toEqual({
      do: "start",
      trigger: "restarted",
      afterMs: 1_000,
      failures: 1,
    });
  });
});

describe("the budget", () => {
  const spent = [run("failed", "manual"), run("failed"), run("failed"), run("failed")];

  test("is spent by restarts within the window; starts by hand and continued ones are free", () => {
    expect(decideRestart({ ...policy, onExhausted: "stop" }, spent, now)).toEqual({ do: "give-up", restarts: 3 });
    expect(decideRestart(policy, spent.slice(0, 3), now)).toMatchObject({ trigger: "restarted" });
    const free = [...spent.slice(0, 3), run("failed", "manual"), run("failed", "continued")];
    expect(decideRestart(policy, free, now)).toMatchObject({ trigger: "restarted" });
  });

  test("what is older than the window is not counted", () => {
    const later = { ...now, nowMs: now.nowMs + policy.windowMs };
    expect(decideRestart(policy, spent, later)).toMatchObject({ trigger: "restarted" });
  });

  test("once it is spent, one probe follows the cooldown, less what has passed of it", () => {
    expect(decideRestart(policy, spent, now)).toMatchObject({ trigger: "probe", afterMs: 300_000 });
    const later = { ...now, nowMs: now.nowMs + 100_000 };
    expect(decideRestart(policy, spent, later)).toMatchObject({ trigger: "probe", afterMs: 200_000 });
    const cooled = { ...now, nowMs: now.nowMs + 400_000 };
    expect(decideRestart(policy, spent, cooled)).toMatchObject({ trigger: "probe", afterMs: 0 });
  });

  test("a probe that fails is followed by a cooldown, however long ago the others were", () => {
    const alone = [run("failed", "probe")];
    expect(decideRestart(policy, alone, now)).toMatchObject({ trigger: "probe", afterMs: 300_000 });
    expect(decideRestart({ ...policy, onExhausted: "stop" }, alone, now)).toEqual({ do: "give-up", restarts: 1 });
  });

  test("a probe that is stable or completes closes the circuit", () => {
    const stable = run("failed", "probe", { durationMs: policy.stableAfterMs });
    expect(decideRestart(policy, [...spent, stable], now)).toMatchObject({ trigger: "restarted", failures: 1 });
    const completed = [...spent, run("completed", "probe"), run("failed", "continued")];
    expect(decideRestart(policy, completed, now)).toMatchObject({ trigger: "restarted", failures: 1 });
  });
});

describe("a policy that arithmetic can never trip is refused", () => {
  test.each([
    [{}, null],
    [{ restart: "never", burst: 0 }, null],
    [{ restart: "allways" as "always" }, 'restart is "allways"; it is never, on-failure or always'],
    [{ onExhausted: "wait" as "stop" }, 'onExhausted is "wait"; it is cooldown or stop'],
    [
      { stableAfterMs: 0 },
      "stableAfterMs is 0; it is a number of milliseconds above 0: every run would begin a new budget",
    ],
    [{ stableAfterMs: -1 }, "stableAfterMs is -1"],
    [{ stableAfterMs: Number.NaN }, "stableAfterMs is NaN"],
    [
      { cooldownMs: 0 },
      "cooldownMs is 0; it is a number of milliseconds above 0: probes would follow each other at once",
    ],
    [{ cooldownMs: 0, onExhausted: "stop" }, null],
    [{ cooldownMs: Number.NaN }, "cooldownMs is NaN"],
    [{ windowMs: Number.NaN }, "windowMs is NaN; it is a number of milliseconds, 0 or more"],
    [{ windowMs: -1 }, "windowMs is -1"],
    [{ backoffMs: Number.NaN }, "backoffMs is NaN"],
    [{ backoffMs: -5 }, "backoffMs is -5"],
    [{ backoffMaxMs: Number.NaN }, "backoffMaxMs is NaN"],
    [{ backoffMaxMs: "1s" as unknown as number }, 'backoffMaxMs is "1s"'],
    [{ burst: 1, windowMs: 1 }, null],
    [{ burst: 0 }, "from 1 to 100"],
    [{ burst: 1.5 }, "from 1 to 100"],
    [{ burst: MAX_BURST + 1 }, "from 1 to 100"],
    [{ backoffMs: 2_000, backoffMaxMs: 1_000 }, "longest backoff (1s) is below the first (2s)"],
    [{ burst: 1, windowMs: 0 }, "The nearest that can: a window of 1ms"],
    [
      { burst: 5, windowMs: 10_000 },
      "5 restarts take at least 30s of backoff alone, and the window is 10s. The nearest that can: a burst of 3, or a window of 30.001s",
    ],
  ] satisfies [Partial<RestartPolicy>, string | null][])("%j", (change, fault) => {
    const found = faultOfPolicy({ ...policy, ...change });
    if (fault === null) expect(found).toBeNull();
    else expect(found).toContain(fault);
  });
});

const anyPolicy = fc.record({
  restart: fc.constant("on-failure" as const),
  burst: fc.integer({ min: 1, max: 12 }),
  windowMs: fc.integer({ min: 0, max: 200_000 }),
  backoffMs: fc.integer({ min: 0, max: 5_000 }),
  backoffMaxMs: fc.integer({ min: 5_000, max: 60_000 }),
  stableAfterMs: fc.integer({ min: 10_000, max: 300_000 }),
  onExhausted: fc.constant("stop" as const),
  cooldownMs: fc.constant(0),
});

/** Runs that fail after the given durations, until the policy gives up or they are through. */
function crashes(
  of: RestartPolicy,
  durations: readonly number[],
  random: number,
): { starts: number[]; gaveUp: boolean } {
  const runs: PastRun[] = [];
  let nowMs = 0;
  for (const durationMs of durations) {
    const decision = decideRestart(of, runs, { nowMs, random });
    if (decision.do !== "start") return { starts: startsOf(runs), gaveUp: true };
    nowMs += decision.afterMs;
    runs.push({ trigger: decision.trigger, end: "failed", startedAtMs: nowMs, durationMs });
    nowMs += durationMs;
  }
  return { starts: startsOf(runs), gaveUp: decideRestart(of, runs, { nowMs, random }).do === "give-up" };
}

function startsOf(runs: readonly PastRun[]): number[] {
  return runs.filter(({ trigger }) => trigger === "restarted").map(({ startedAtMs }) => startedAtMs);
}

test("a policy is refused exactly when a command that fails at once would never spend it", () => {
  fc.assert(
    fc.property(anyPolicy, (of) => {
      const { gaveUp } = crashes(
        of,
        Array.from({ length: of.burst + 1 }, () => 0),
        0,
      );
      expect(gaveUp).toBe(faultOfPolicy(of) === null);
    }),
  );
});

test("I7 at most `burst` restarts start within any window while no run is stable", () => {
  fc.assert(
    fc.property(
      anyPolicy,
      fc.array(fc.integer({ min: 0, max: 9_999 }), { maxLength: 40 }),
      fc.double({ min: 0, max: 0.99, noNaN: true }),
      (of, durations, random) => {
        const { starts } = crashes(of, durations, random);
        for (const from of starts) {
          const within = starts.filter((at) => at >= from && at < from + of.windowMs).length;
          expect(within).toBeLessThanOrEqual(of.burst);
        }
      },
    ),
  );
});

test("a wait never falls as failures add up, and never leaves its bounds", () => {
  fc.assert(
    fc.property(anyPolicy, fc.integer({ min: 1, max: 2_000 }), (of, failures) => {
      expect(backoffAfter(of, failures + 1)).toBeGreaterThanOrEqual(backoffAfter(of, failures));
      expect(backoffAfter(of, failures)).toBeLessThanOrEqual(of.backoffMaxMs);
    }),
  );
});
