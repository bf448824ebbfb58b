import { expect, test } from "vitest";
import { isWaitedOut, observeForeignLease, type ForeignLease, type ForeignWatch } from "../src/index.ts";

const startMs = Date.parse("2026-11-26T08:00:00Z");
const held: ForeignLease = { holderIdentity: "a", epoch: 7, lastHeartbeatMs: startMs, leaseDurationMs: 180_000 };

/** Looks at each lease at its second, and gives what was found at each look. */
function looks(...seen: [seconds: number, lease: ForeignLease][]): { found: string[][]; watch: ForeignWatch | null } {
  let watch: ForeignWatch | null = null;
  const found: string[][] = [];
  for (const [seconds, lease] of seen) {
    const look = observeForeignLease(watch, { lease, monotonicMs: seconds * 1000, wallMs: startMs + seconds * 1000 });
    watch = look.watch;
    found.push(look.differences.map(({ kind }) => kind));
  }
  return { found, watch };
}

const stamped = (seconds: number, lease = held) => ({ ...lease, lastHeartbeatMs: startMs + seconds * 1000 });

test("a renewed lease, released and taken with the next epoch, differs in nothing", () => {
  const free = { ...stamped(60), holderIdentity: null };
  const next = { ...stamped(70), holderIdentity: "b", epoch: 8 };
  expect(looks([0, held], [60, stamped(60)], [65, free], [70, next]).found).toEqual([[], [], [], []]);
});

test("expired by its stamp while the heartbeat goes on, told once a state", () => {
  const behind = stamped(-200);
  expect(looks([0, stamped(-260)], [60, behind], [61, behind]).found).toEqual([[], ["expired-by-stamp-only"], []]);
});

test("an old stamp at the first look proves nothing", () => {
  expect(looks([0, stamped(-1000)], [1, stamped(-1000)]).found).toEqual([[], []]);
});

test("alive by a stamp from the future, though unchanged for its duration", () => {
  const ahead = stamped(3600);
  expect(looks([0, ahead], [179, ahead], [180, ahead], [181, ahead]).found).toEqual([
    [],
    [],
    ["alive-by-stamp-only"],
    [],
  ]);
});

test("an epoch that went back stays told, even by way of nobody", () => {
  const empty = { ...held, holderIdentity: null, epoch: 0 };
  const { found, watch } = looks([0, held], [1, empty], [2, { ...stamped(2), holderIdentity: "b", epoch: 1 }]);
  expect(found).toEqual([[], ["epoch-regression"], ["epoch-regression"]]);
  expect(watch?.highestEpoch).toBe(7);
});

test("another holder with the same epoch, without a release", () => {
  expect(looks([0, held], [1, { ...stamped(1), holderIdentity: "b" }]).found[1]).toEqual([
    "epoch-reused",
    "holder-changed-without-release",
  ]);
});

test("who stood unchanged for the whole duration may be succeeded, whatever the stamps say", () => {
  const { found, watch } = looks([0, stamped(-1000)], [180, { ...stamped(180), holderIdentity: "b", epoch: 8 }]);
  expect(found[1]).toEqual([]);
  if (watch === null) throw new Error("nothing was looked at");
  expect(isWaitedOut(watch, 359_999)).toBe(false);
  expect(isWaitedOut(watch, 360_000)).toBe(true);
});
