import { impossible, judge, violating } from "@tenure/histories";
import { expect, test } from "vitest";
import { causeChaos } from "../src/chaos.ts";

const SECONDS = 60;
const files = { refusesEarly: true };

test("a minute of everything that may come over a process: one register a lease, no overlap, no epoch twice; and a spoilt history is rejected", async (context) => {
  const plan = { forMs: 1_000 * SECONDS, members: 4, leases: 3, leaseDurationMs: 1_000 };
  const chaos = await causeChaos(plan);
  context.skip(Object.keys(chaos.missing).length > 0, Object.values(chaos.missing).join("; "));

  const { violations, rejections, operations, takeovers } = judge(chaos, files);
  expect(violations).toEqual([]);
  expect(rejections).toEqual([]);
  const counts = [...Object.values(chaos.troubles), ...Object.values(chaos.members)];
  expect(counts.filter((count) => count === 0)).toEqual([]);
  expect(operations).toBeGreaterThan(1_000);
  expect(takeovers).toBeGreaterThan(50);

  for (const spoil of violating) expect(judge(spoil(chaos), files).violations, spoil.name).not.toEqual([]);
  for (const spoil of impossible) expect(judge(spoil(chaos), files).rejections, spoil.name).not.toEqual([]);
});
