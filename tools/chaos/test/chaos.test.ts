import { judge, type Recorded } from "@tenure/histories";
import type { Granted, SwapOperation } from "@tenure/history";
import { expect, test } from "vitest";
import { causeChaos } from "../src/chaos.ts";

const SECONDS = 60;

test("a minute of everything that may come over a process: one register a lease, no overlap, no epoch twice; and a spoilt history is rejected", async (context) => {
  const plan = { forMs: 1_000 * SECONDS, members: 4, leases: 3, leaseDurationMs: 1_000 };
  const chaos = await causeChaos(plan);
  context.skip(Object.keys(chaos.missing).length > 0, Object.values(chaos.missing).join("; "));

  const { violations, operations, takeovers } = judge(chaos);
  expect(violations).toEqual([]);
  expect(Object.values(chaos.troubles).filter((count) => count === 0)).toEqual([]);
  expect(operations).toBeGreaterThan(1_000);
  expect(takeovers).toBeGreaterThan(50);

  for (const spoilt of [withAnOverlap(chaos), withAnEpochTwice(chaos), withALostWrite(chaos)])
    expect(judge(spoilt).violations).not.toEqual([]);
});

/** As if one had gone on for a minute. */
function withAnOverlap(recorded: Recorded): Recorded {
  const [first] = grantsIn(recorded);
  const observations = recorded.observations
    .filter((it) => !(it.kind === "ended" && it.lease === first?.lease && it.epoch === first.epoch))
    .map((it) => (it === first ? { ...it, validUntil: it.validUntil + 60_000 } : it));
  return { ...recorded, observations };
}

function withAnEpochTwice(recorded: Recorded): Recorded {
  const [first, second] = grantsIn(recorded);
  const observations = recorded.observations.map((it) =>
    it === second ? { ...second, epoch: first?.epoch ?? 0 } : it,
  );
  return { ...recorded, observations };
}

/** As if two writes had both replaced the same. */
function withALostWrite(recorded: Recorded): Recorded {
  const [first, second] = recorded.operations.filter(
    (it): it is SwapOperation => it.kind === "swap" && it.outcome === "committed" && it.lease === "lease-1",
  );
  const operations = recorded.operations.map((it) =>
    it === second ? { ...second, expected: first?.expected ?? null } : it,
  );
  return { ...recorded, operations };
}

function grantsIn({ observations }: Recorded): readonly Granted[] {
  return observations
    .filter((it) => it.kind === "granted")
    .filter(({ lease }) => lease === "lease-1")
    .toSorted((a, b) => a.at - b.at);
}
