import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { figuresOf } from "../src/figures.ts";
import { graceMs, leaseMs, pollMs } from "../src/scale.ts";
import { liveWith, liveWithout } from "../src/systems.ts";

test("the old system shows the incident, and the same sessions under tenure do not", async () => {
  const directory = mkdtempSync(join(tmpdir(), "tenure-incident-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true, maxRetries: 20 }));
  const [before, after] = await Promise.all([
    liveWithout(join(directory, "old"), 25_000),
    liveWith(join(directory, "tenure"), 25_000),
  ]);
  const [old, now] = [figuresOf(before), figuresOf(after)];

  // Leases are found expired at an age that holds no cause: lease and grace, and then the next poll.
  expect(before.expired).toBeGreaterThan(1);
  for (const ageMs of before.staleAgesMs) expect(ageMs).toBeGreaterThan(leaseMs + graceMs);
  expect(Math.min(...before.staleAgesMs)).toBeLessThan(leaseMs + graceMs + 2 * pollMs);
  expect(old.leaderlessShare).toBeGreaterThan(0.4);
  expect(before.falseCrashes).toBeGreaterThan(1);
  expect(before.falseSuccesses).toBeGreaterThan(10);

  expect(after.expired).toBe(0);
  expect(after.falseCrashes).toBe(0);
  // What is left of a gap is the start of a session, which a busy machine takes long for.
  expect(now.sessions).toBeGreaterThan(old.sessions);
  expect(now.leaderlessShare).toBeLessThan(old.leaderlessShare);
  expect(now.medianGapMs).toBeLessThan(old.medianGapMs / 2);
  expect(now.worstGapMs).toBeLessThan(old.medianGapMs);
});
