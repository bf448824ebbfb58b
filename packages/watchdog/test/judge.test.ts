import * as fc from "fast-check";
import { expect, test } from "vitest";
import { judge, type Observations } from "../src/restart/judge.ts";

const well: Observations = {
  tickLateMs: 5,
  tickToleranceMs: 100,
  process: "running",
  sinceStartMs: 60_000,
  graceMs: 10_000,
  progress: { sinceMs: 100, deadlineMs: 1_000, trouble: "", failed: false },
  paused: false,
};

test.each<[Partial<Observations>, string, boolean, string]>([
  [{}, "healthy", false, "100 ms ago, and at most 1000 ms"],
  [{ progress: null }, "healthy", false, "reports no progress"],
  [{ process: "unknown" }, "healthy", false, "100 ms ago"],
  [{ progress: { sinceMs: 501, deadlineMs: 1_000, trouble: "", failed: false } }, "slow", false, "501 ms ago"],
  [{ progress: { sinceMs: 801, deadlineMs: 1_000, trouble: "", failed: false } }, "stalled", false, "801 ms ago"],
  [{ progress: { sinceMs: 1_001, deadlineMs: 1_000, trouble: "", failed: false } }, "wedged", true, "1001 ms ago"],
  [
    { progress: { sinceMs: 1_001, deadlineMs: 1_000, trouble: "no answer", failed: false } },
    "wedged",
    true,
    "(no answer)",
  ],
  [
    { progress: { sinceMs: 5_000, deadlineMs: 1_000, trouble: "", failed: false }, sinceStartMs: 5_000 },
    "slow",
    false,
    "it started 5000 ms ago and has 10000 ms",
  ],
  [
    { progress: { sinceMs: 1, deadlineMs: 1_000, trouble: "", failed: true }, sinceStartMs: 1 },
    "wedged",
    true,
    "it said itself",
  ],
  [{ process: "stopped" }, "stalled", true, "state T"],
  [{ process: "dead", tickLateMs: 5_000 }, "dead", false, "gone"],
  [{ tickLateMs: 101, process: "stopped" }, "starved", false, "101 ms late (100 ms are usual)"],
  [{ paused: true, process: "stopped" }, "paused", false, "paused"],
])("%j is %s (act: %s)", (change, verdict, act, evidence) => {
  const found = judge({ ...well, ...change });
  expect(found).toMatchObject({ verdict, act });
  expect(found.evidence).toContain(evidence);
});

const anything = fc.record<Observations>({
  tickLateMs: fc.nat(1_000),
  tickToleranceMs: fc.nat(1_000),
  process: fc.constantFrom("running", "stopped", "dead", "unknown"),
  sinceStartMs: fc.nat(10_000),
  graceMs: fc.nat(10_000),
  progress: fc.option(
    fc.record({ sinceMs: fc.nat(10_000), deadlineMs: fc.nat(10_000), trouble: fc.string(), failed: fc.boolean() }),
  ),
  paused: fc.boolean(),
});

test("SC-C9c nobody is ended on the word of a watchdog that was late itself, nor a newborn for its silence", () => {
  fc.assert(
    fc.property(anything, (seen) => {
      const { act, verdict } = judge(seen);
      if (seen.tickLateMs > seen.tickToleranceMs) expect(act).toBe(false);
      const isSilent = seen.process !== "stopped" && seen.progress?.failed !== true;
      if (isSilent && seen.sinceStartMs <= seen.graceMs) expect(act).toBe(false);
      if (act) expect(["stalled", "wedged"]).toContain(verdict);
    }),
  );
});
