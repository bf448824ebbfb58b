import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { figuresOf } from "../src/figures.ts";
import { repairs, type Repair } from "../src/old/repair.ts";
import { graceMs, leaseMs, pollMs } from "../src/scale.ts";
import { liveWithout, type Lived } from "../src/systems.ts";

const lived = new Map<Repair, Lived>();

/** All at once: they wait most of the time. */
beforeAll(async () => {
  const directory = mkdtempSync(join(tmpdir(), "tenure-removal-"));
  await Promise.all(
    repairs.map(async (repair) => lived.set(repair, await liveWithout(join(directory, repair), 25_000, repair))),
  );
  rmSync(directory, { recursive: true, force: true, maxRetries: 20 });
}, 60_000);

function after(repair: Repair): Lived & ReturnType<typeof figuresOf> {
  const each = lived.get(repair);
  if (each === undefined) throw new Error(`${repair} was not tried`);
  return { ...each, ...figuresOf(each) };
}

/** What was taken for the lifetime of a lease. */
function showsThePattern({ staleAgesMs, medianGapMs }: ReturnType<typeof after>): void {
  expect(staleAgesMs.length).toBeGreaterThan(1);
  for (const ageMs of staleAgesMs) expect(ageMs).toBeGreaterThan(leaseMs + graceMs);
  expect(medianGapMs).toBeGreaterThan(leaseMs - pollMs);
}

describe("the old system with one link repaired alone", () => {
  test("has no expired lease any more when its sessions release what they hold", () => {
    const { expired, medianGapMs } = after("release");
    expect(expired).toBe(0);
    expect(medianGapMs).toBeLessThan(2 * pollMs);
  });

  test("has short gaps when the end of a session starts the next, whoever forgot to release", () => {
    expect(after("exit-watched").medianGapMs).toBeLessThan(pollMs);
  });

  test("shows the same pattern when an end with 0 is called a completion", () => {
    showsThePattern(after("exit-called-right"));
    expect(after("exit-called-right").falseCrashes).toBe(0);
  });

  test("shows the same pattern when the heartbeat service tells the truth, and when there is none at all", () => {
    showsThePattern(after("success-told-true"));
    expect(after("success-told-true").falseSuccesses).toBe(0);
    showsThePattern(after("no-service"));
  });

  test("is worse when the service renews for whoever leads: the first dead leader stays in office for ever", () => {
    const { sessions, expired, signatures, leaderlessShare } = after("renew-whoever-leads");
    expect(expired).toBe(0);
    // A watchdog that polls while its first session is still starting starts more of them, and then none ever again.
    expect(sessions).toBeLessThan(after("no-service").sessions);
    const begun = signatures.filter(({ what }) => what === "begins").map(({ atMs }) => atMs);
    expect(Math.max(...begun) - Math.min(...begun)).toBeLessThan(leaseMs + graceMs);
    expect(signatures.filter(({ what }) => what === "ends")).toHaveLength(sessions);
    expect(leaderlessShare).toBeGreaterThan(0.7);
  });
});
