import { assertSafeTiming, resolveTiming } from "@tenure/core";
import { adviceDocumentSchema, type AdviceDocument, type Slowness } from "@tenure/schema";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { adviseTiming, ridesOut, worstGapMs, type Wish } from "../src/index.ts";

const slow = (latencyMs: number | null, latenessMs: number | null = null): Slowness => ({
  from: "given",
  samples: 1,
  latencyMs,
  latenessMs,
});

/** What every answer must be. */
function check(wish: Wish, advice: AdviceDocument): void {
  const { timing, settings, smallestGapMs } = adviceDocumentSchema.parse(advice);
  if (timing === null || settings === null) {
    expect(smallestGapMs).toBeGreaterThan(wish.gapMs);
    return;
  }
  expect(resolveTiming(settings)).toEqual(timing);
  assertSafeTiming(resolveTiming(settings));
  expect(worstGapMs(timing, wish.stallMs)).toBeLessThanOrEqual(wish.gapMs);
  expect(timing.requestTimeoutMs).toBeGreaterThanOrEqual(2 * (wish.slowness?.latencyMs ?? 0));
  expect(ridesOut(timing).standstillMs).toBeGreaterThanOrEqual(wish.slowness?.latenessMs ?? 0);
}

test("5 s: the longest lease that keeps it, all else derived, with its price", () => {
  const wish = { gapMs: 5000 };
  const advice = adviseTiming(wish);
  check(wish, advice);
  expect(advice.settings).toEqual({ leaseDurationMs: 3700 });
  expect(worstGapMs(resolveTiming({ leaseDurationMs: 3800 }))).toBeGreaterThan(5000);
  // 3600 s / (666 ms · 1.1)
  expect(advice.writesPerHour).toBe(4914);
  expect(advice.ridesOut).toMatchObject({ missedRenewals: 2, clockRateError: 0.01 });
});

describe("what cannot be kept is refused, with the smallest that can", () => {
  test.each<[string, Omit<Wish, "gapMs">]>([
    ["nothing known", {}],
    ["a slow store", { slowness: slow(400) }],
    ["a holder that stood still", { slowness: slow(null, 3000) }],
    ["work that takes its time to stop", { facts: { stopTimeoutMs: 5000 } }],
    ["a lock delay", { facts: { lockDelayMs: 2000 } }],
    ["work that may be silent", { stallMs: 30_000 }],
  ])("%s", (_, rest) => {
    const refused = adviseTiming({ ...rest, gapMs: 100 });
    expect(refused).toMatchObject({ settings: null, timing: null, writesPerHour: null });
    const kept = { ...rest, gapMs: refused.smallestGapMs };
    const advice = adviseTiming(kept);
    expect(advice.timing).not.toBeNull();
    check(kept, advice);
    expect(adviseTiming({ ...rest, gapMs: refused.smallestGapMs - 1 }).timing).toBeNull();
  });
});

test.each<[string, Omit<Wish, "gapMs">]>([
  ["clockRateError 0.5", { facts: { clockRateError: 0.5 } }],
  ["stopTimeout 300d", { facts: { stopTimeoutMs: 300 * 86_400_000 } }],
  ["lockDelay 366d", { facts: { lockDelayMs: 366 * 86_400_000 } }],
  ["answers within 100d", { slowness: slow(100 * 86_400_000) }],
  ["renewals up to 366d late", { slowness: slow(null, 366 * 86_400_000) }],
  ["a stall of 366d", { stallMs: 366 * 86_400_000 }],
])("%s: no gap at all can be kept, and it says what stands in the way", (what, rest) => {
  const answer = (): unknown => adviseTiming({ ...rest, gapMs: 5000 });
  expect(answer).toThrow(`no gap up to 366d can be kept with ${what}`);
  expect(answer).toThrow(expect.objectContaining({ code: "EUNSAFETIMING" }));
});

test("a shorter lease that is renewed less often keeps no shorter gap: it is not rounded down to", () => {
  const wish = { gapMs: 99_540, slowness: slow(4962), facts: { stopTimeoutMs: 8983 } };
  const advice = adviseTiming(wish);
  expect(advice.timing).not.toBeNull();
  check(wish, advice);
});

test("whatever is wanted and known: safe and kept, or refused", () => {
  const upTo = (most: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: most });
  fc.assert(
    fc.property(
      upTo(600_000),
      upTo(5000),
      upTo(20_000),
      upTo(20_000),
      upTo(60_000),
      (gap, latency, late, stop, stall) => {
        const facts = stop > 10_000 ? {} : { stopTimeoutMs: stop };
        const wish = { gapMs: gap + 1, slowness: slow(latency, late), facts, stallMs: stall };
        check(wish, adviseTiming(wish));
      },
    ),
    { numRuns: 200 },
  );
});

test.each([0, -1, Number.NaN, 1e15])("a gap of %s ms is none", (gapMs) => {
  expect(() => adviseTiming({ gapMs })).toThrow("above 0");
});
