import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assertSafeTiming, LeaseError, nearestSafeTiming, proveTiming, resolveTiming } from "../src/index.ts";
import { isSafe } from "../src/timing/rules.ts";

const marginOf = (rule: string, settings: Parameters<typeof resolveTiming>[0]): number | undefined =>
  proveTiming(resolveTiming(settings)).find((line) => line.rule === rule)?.marginMs;

describe("resolveTiming", () => {
  it("derives the documented default from nothing", () => {
    expect(resolveTiming()).toEqual({
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
    });
  });

  it("caps request and stop timeouts at 5 s and 10 s, however long the lease", () => {
    expect(resolveTiming({ leaseDurationMs: 600_000 })).toMatchObject({
      requestTimeoutMs: 5000,
      stopTimeoutMs: 10_000,
    });
  });

  it("grows D for a given R as far as safety allows: 180 s renewed every 60 s tolerates one missed renewal", () => {
    const timing = resolveTiming({ leaseDurationMs: 180_000, renewIntervalMs: 60_000 });
    expect(timing).toMatchObject({ toleratedMissedRenewals: 1, renewDeadlineMs: 154_000 });
    expect(() => assertSafeTiming(timing)).not.toThrow();
  });

  it("never lets D grow past safety, however much was asked of it", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 500, max: 600_000 }),
        fc.double({ min: 0.01, max: 0.9, noNaN: true }),
        (L, part) => {
          const timing = resolveTiming({ leaseDurationMs: L, renewIntervalMs: Math.max(1, L * part) });
          expect(proveTiming(timing).find(({ rule }) => rule === "SAFETY")?.holds).toBe(true);
        },
      ),
    );
  });

  it.each([
    ["a name without its unit", { leaseDuration: 15_000 }, "unknown timing setting leaseDuration"],
    ["what is no number", { leaseDurationMs: Number.NaN }, "leaseDurationMs is NaN"],
    ["a negative duration", { renewIntervalMs: -1 }, "renewIntervalMs is -1"],
    ["text", { renewIntervalMs: "3s" }, 'renewIntervalMs is "3s"'],
    ["an interval that would spin", { renewIntervalMs: 0 }, "renewIntervalMs is 0"],
    ["a clock that cannot be one", { clockRateError: 0.9 }, "clockRateError is 0.9"],
    ["an inherited name", { constructor: 1 }, "unknown timing setting constructor"],
  ])("refuses %s", (_, settings: object, message) => {
    expect(() => resolveTiming(settings)).toThrow(message);
    expect(() => resolveTiming(settings)).toThrow(expect.objectContaining({ code: "ECONFIG" }));
  });

  it("takes an undefined setting for one not set", () => {
    expect(resolveTiming({ leaseDurationMs: undefined })).toEqual(resolveTiming());
  });
});

describe("proveTiming", () => {
  it("gives each line both sides, whether it holds, its margin and its text", () => {
    expect(proveTiming(resolveTiming())).toEqual([
      expect.objectContaining({
        rule: "SAFETY",
        left: 14_250,
        right: 14_702.97,
        holds: true,
        marginMs: 452.97,
        explanation: "D 12s + S 2s + ε 250ms = 14.25s ≤ 14.70297s = L 15s · (1 − 0.01) / (1 + 0.01)",
      }),
      expect.objectContaining({ rule: "LIVENESS", left: 11_720, right: 12_000, holds: true, marginMs: 280 }),
      expect.objectContaining({ rule: "DETECT_DEAD", right: 2000 }),
      expect.objectContaining({ rule: "DETECT_UNTOLD", right: 17_000 }),
      expect.objectContaining({ rule: "DETECT_HUNG", right: 20_240 }),
      expect.objectContaining({ rule: "DETECT_LOST_HOST", right: 17_000 }),
    ]);
  });

  it("counts the time a hang takes to be noticed, and the lock delay", () => {
    const lines = proveTiming(resolveTiming({ lockDelayMs: 500 }), { stallMs: 4000 });
    expect(lines.find(({ rule }) => rule === "DETECT_HUNG")?.right).toBe(24_740);
    expect(lines.find(({ rule }) => rule === "DETECT_DEAD")?.right).toBe(2500);
  });

  it("holds for every lease of half a second to a year that is left to be derived", () => {
    fc.assert(
      fc.property(fc.integer({ min: 500, max: 366 * 24 * 3_600_000 }), (leaseDurationMs) => {
        expect(isSafe(resolveTiming({ leaseDurationMs }))).toBe(true);
      }),
    );
  });

  it("finds against client-go 15/14/11 and for its own line exactly at the limit", () => {
    expect(marginOf("SAFETY", { renewDeadlineMs: 14_000 })).toBeLessThan(0);
    expect(marginOf("LIVENESS", { renewDeadlineMs: 14_000, renewIntervalMs: 11_000 })).toBeLessThan(0);
    expect(marginOf("LIVENESS", { renewDeadlineMs: 11_720 })).toBe(0);
    expect(() => assertSafeTiming(resolveTiming({ renewDeadlineMs: 11_720 }))).not.toThrow();
  });

  it("says what it can of what no timing should be", () => {
    const lines = proveTiming({ ...resolveTiming(), renewDeadlineMs: -1, leaseDurationMs: 1e15 });
    expect(lines[1]?.explanation).toContain("D −1ms");
    expect(lines[0]?.explanation).toContain("L 1000000000000000ms");
  });
});

describe("assertSafeTiming", () => {
  it("names the failing line, the numbers and the nearest safe setting", () => {
    const unsafe = resolveTiming({ leaseDurationMs: 15_000, renewDeadlineMs: 14_000 });
    expect(() => assertSafeTiming(unsafe)).toThrow(
      new LeaseError(
        "EUNSAFETIMING",
        "unsafe timing: SAFETY fails: D 14s + S 2s + ε 250ms = 16.25s > 14.70297s = L 15s · (1 − 0.01) / (1 + 0.01). " +
          "Nearest safe setting: leaseDuration 16.864s",
      ),
    );
  });

  it.each([
    ["a lease of 1 ms", { leaseDurationMs: 1 }, "leaseDuration 427ms"],
    [
      "an interval that lets no renewal fail (m = 0)",
      { leaseDurationMs: 60_000, renewIntervalMs: 30_000 },
      "leaseDuration 1m35.483s",
    ],
    ["a request timeout as long as the deadline", { requestTimeoutMs: 6000 }, "requestTimeout"],
    ["a deadline too short for its renewals", { renewDeadlineMs: 6000 }, "renewInterval"],
  ])("refuses %s", (_, settings, change) => {
    expect(() => assertSafeTiming(resolveTiming(settings))).toThrow(change);
    expect(() => assertSafeTiming(resolveTiming(settings))).toThrow(expect.objectContaining({ code: "EUNSAFETIMING" }));
  });

  it("always has a safe setting to offer", () => {
    const duration = fc.integer({ min: 1, max: 200_000 });
    const settings = fc.record(
      {
        leaseDurationMs: duration,
        renewDeadlineMs: duration,
        renewIntervalMs: duration,
        requestTimeoutMs: duration,
        stopTimeoutMs: duration,
        clockGranularityMs: duration,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(settings, (settings) => {
        const timing = resolveTiming(settings);
        if (!isSafe(timing)) expect(isSafe(nearestSafeTiming(timing).timing)).toBe(true);
      }),
    );
  });
});
