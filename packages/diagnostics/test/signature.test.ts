import type { Signature } from "@tenure/schema";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { signatureLines } from "../src/index.ts";
import { clockwork, type Clockwork } from "./clockwork.ts";
import { history, terms } from "./world.ts";

const settings = fc
  .record({
    leaseS: fc.integer({ min: 30, max: 300 }),
    graceS: fc.integer({ min: 0, max: 60 }),
    beatShare: fc.integer({ min: 2, max: 5 }),
    pollS: fc.integer({ min: 5, max: 90 }),
    startUpS: fc.integer({ min: 1, max: 20 }),
    phaseS: fc.integer({ min: 0, max: 4_000 }).map((ms) => ms / 1_000),
    lives: fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 8, maxLength: 30 }),
  })
  .map(({ beatShare, lives, ...rest }): Omit<Clockwork, "tells"> => {
    const beatS = rest.leaseS / beatShare;
    // One lives long enough to renew a few times, and none ends in the same moment as it renews.
    return { ...rest, beatS, livesS: [6.5 * beatS, ...lives.map((share) => (share * 8 * beatS) / 1_000 + 0.013)] };
  });

async function signatureOf(of: Clockwork): Promise<Signature> {
  const { signature } = await clockwork(of).world.diagnosed();
  if (signature === null) throw new Error("no lease ran out");
  return signature;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

describe("a signature of a history of which everything is known", () => {
  test("finds its settings, and splits the time without a leader so that nothing is left over", async () => {
    await fc.assert(
      fc.asyncProperty(settings, async (of) => {
        const { world, truth } = clockwork({ ...of, tells: true });
        const { signature } = await world.diagnosed();
        expect(signature).toMatchObject({
          terms: of.livesS.length,
          refusal: null,
          leaseDurationMs: of.leaseS * 1_000,
          pollMs: of.pollS * 1_000,
          ages: { early: 0, late: 0 },
          beat: { missed: 0 },
        });
        const { beat, outage, startUpMs } = signature as Signature;
        expect(Math.abs((beat?.intervalMs ?? 0) - of.beatS * 1_000)).toBeLessThan(20);
        expect(Math.abs((startUpMs ?? 0) - of.startUpS * 1_000)).toBeLessThan(5);
        const { totalMs = 0, remainderMs = 0, graceMs = 0, pollMs = 0, startUpMs: starting = 0 } = outage ?? {};
        expect(Math.abs(totalMs - sum(truth.leaderlessS) * 1_000)).toBeLessThan(truth.leaderlessS.length * 5);
        expect(Math.abs(remainderMs + graceMs + pollMs + starting - totalMs)).toBeLessThan(1);
        expect(outage?.failed).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  test("bounds the expiry by the polls alone where no line tells a setting", async () => {
    await fc.assert(
      fc.asyncProperty(settings, async (of) => {
        const { expiryLeastMs, expiryMostMs, leaseDurationMs, graceMs } = await signatureOf({ ...of, tells: false });
        expect({ leaseDurationMs, graceMs }).toEqual({ leaseDurationMs: null, graceMs: null });
        const expiryMs = (of.leaseS + of.graceS) * 1_000;
        expect(expiryLeastMs ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(expiryMs);
        expect(expiryMostMs ?? 0).toBeGreaterThanOrEqual(expiryMs - 5);
        expect((expiryMostMs ?? 0) - (expiryLeastMs ?? 0)).toBeLessThanOrEqual(of.pollS * 1_000 + 5);
      }),
      { numRuns: 60 },
    );
  });

  test("tells a watchdog that did not look from a setting", async () => {
    await fc.assert(
      fc.asyncProperty(settings, fc.uniqueArray(fc.integer({ min: 0, max: 7 }), { maxLength: 3 }), async (of, off) => {
        const { outage, ages } = await signatureOf({ ...of, unwatched: off, tells: true });
        expect({ failed: outage?.failed, late: ages?.late }).toEqual({ failed: off.length, late: off.length });
      }),
      { numRuns: 40 },
    );
  });

  test("counts the renewals that failed while their holder lived", async () => {
    await fc.assert(
      fc.asyncProperty(settings, async (of) => {
        // Nobody may be called expired while it lives, or the next leader's lines would come in between.
        const livesS = of.livesS.map((life) => Math.min(life, of.leaseS * 0.9));
        const mute = [...livesS.keys()].filter((index) => index % 3 === 1);
        const played = { ...of, livesS: [of.leaseS * 3.3, ...livesS], mute, tells: true };
        const { beat } = await signatureOf(played);
        const { missed } = clockwork(played).truth;
        expect(beat?.missed).toBe(missed);
      }),
      { numRuns: 40 },
    );
  });
});

const watched: Clockwork = {
  leaseS: 60,
  graceS: 10,
  beatS: 20,
  pollS: 30,
  startUpS: 4,
  phaseS: 0.5,
  livesS: [130, 15, 55, 70, 95, 45, 25],
  tells: true,
};

test("from too few terms nothing is concluded, and it says so", async () => {
  const signature = await signatureOf({ ...watched, livesS: watched.livesS.slice(0, 4) });
  expect(signature).toMatchObject({ terms: 4, beat: null, outage: null, conclusions: [] });
  expect(signature.refusal).toMatch(/^only 4 leases ran out .* nothing is concluded/u);
  expect(signatureLines(signature).join("\n")).not.toContain("#");
  expect(await signatureOf({ ...watched, livesS: watched.livesS.slice(0, 5) })).toMatchObject({ refusal: null });
});

test("where every lease was released there is no signature", async () => {
  expect((await history(terms(8)).diagnosed()).signature).toBeNull();
});

test("the text shows both histograms, the residuals, and says which part is configuration and which is failure", async () => {
  const lines = signatureLines(await signatureOf({ ...watched, unwatched: [3] }));
  expect(lines.join("\n")).toMatchInlineSnapshot(`
    "times of 7 leases that nobody released
      - renewals come every 20 s: all 18 lie within 0 ms of a multiple of it after their acquisition (by chance: p below 1e-9); none of the 18 that were due while holders lived is missing, so renewal did not fail
      - leases are found expired 76 s to 96 s after the last renewal, whether the holder renewed for 0 s or for 120 s: that is lease duration 60 s + grace 10 s + a wait of up to 30 s for the next poll
      - configuration: after 6 leaders nobody led for 77.8 s (the median), of which settings made 95 %: the rest of the lease 62 %, the grace 13 %, the wait for a poll 20 %. Starting the next one took 5 %, so a release at each end would have left 4 s
      - failure: no renewal failed, and 1 of 7 outages went on for longer than the settings make them, by 60 min together: whoever polls did not look then

      renewals until the end   terms
                           0   ############ 1
                           1   ############ 1
                           2   ######################## 2
                           3   ############ 1
                           4   ############ 1
                           5   0
                           6   ############ 1

      age when found expired   terms
                     75-80 s   ######################## 2
                     80-85 s   0
                     85-90 s   ######################## 2
                     90-95 s   0
                    95-100 s   ######################## 2
      residual after lease duration and grace: 6 s to 26 s, of a poll of 30 s; 0 too early, 1 too late

      nobody led, a leader     share
           rest of the lease   ############### 49.2 s
                       grace   ### 10 s
             wait for a poll   ##### 16.1 s
                    start-up   # 4 s"
  `);
});

test("a second lease duration in use shows as leases called expired too early", async () => {
  const { world } = clockwork({ ...watched, graceS: 0 });
  for (let at = 0; at < 10; at++) world.state(at, "h0", 1, at, 200_000);
  const signature = (await world.diagnosed()).signature;
  expect(signature?.ages?.early).toBe(7);
  expect(signature?.conclusions.join("\n")).toMatch(/7 leases were called expired before these settings allow it/u);
});
