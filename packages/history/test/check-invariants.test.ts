import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkInvariants, evidenceFor, invariants } from "../src/index.ts";
import type { InvariantId, Limits, Observation } from "../src/index.ts";
import type { Granted } from "../src/observation.ts";

const lease = "orders";
const limits: Limits = { restartBudget: { starts: 2, windowMs: 1_000 } };
const granted = (at: number, holder: string, epoch: number, validUntil: number): Granted => ({
  kind: "granted",
  at,
  lease,
  holder,
  epoch,
  sentAt: at - 1,
  renewDeadlineMs: 120,
  validUntil,
});
const visible = (at: number, holder: string | null, epoch: number, nonce: string): Observation => ({
  kind: "visible",
  at,
  lease,
  holder,
  epoch,
  nonce,
});
const line = (at: number, nonce: string, previous: string | null): Observation => ({
  kind: "line-written",
  at,
  lease,
  hash: `#${nonce}`,
  previous,
  nonce,
});
const wrote = (at: number, epoch: number): Observation => ({ kind: "write-accepted", at, resource: "file", epoch });
const started = (at: number, child: string): Observation => ({ kind: "child-started", at, role: "worker", child });
const a = { lease, holder: "a", epoch: 1 };

/** Two terms with everything in order: `a` renews once, learns nothing of a second renewal, expires; `b` follows. */
const good: readonly Observation[] = [
  { kind: "told", at: 1, lease, asOf: 0, holder: null, epoch: 0 },
  visible(10, "a", 1, "n1"),
  line(10, "n1", null),
  { kind: "acked", at: 10, lease, position: 1, epoch: 1 },
  granted(11, "a", 1, 130),
  started(12, "pid 1"),
  wrote(20, 1),
  { ...a, kind: "renewing", at: 50, nonce: "n2" },
  visible(51, "a", 1, "n2"),
  line(51, "n2", "#n1"),
  { ...a, kind: "renewed", at: 52, nonce: "n2", sentAt: 50, validUntil: 170 },
  { kind: "record-read", at: 60, lease, whole: true },
  { kind: "told", at: 61, lease, asOf: 60, holder: "a", epoch: 1 },
  { ...a, kind: "renewing", at: 90, nonce: "n3" },
  { ...a, kind: "renew-unknown", at: 95, nonce: "n3" },
  { kind: "recovered", at: 97, lease, position: 1, epochFloor: 1 },
  { ...a, kind: "ended", at: 170, reason: "store-slow" },
  { kind: "child-ended", at: 171, role: "worker", child: "pid 1" },
  { kind: "child-stopped", at: 172, role: "worker", stuck: false },
  { kind: "quiet", at: 180, lease, withinMs: 100 },
  visible(202, "b", 2, "n4"),
  line(202, "n4", "#n2"),
  { kind: "told", at: 203, lease, asOf: 190, holder: "a", epoch: 1 },
  granted(203, "b", 2, 322),
  started(210, "pid 2"),
  wrote(220, 2),
  { kind: "child-stopped", at: 230, role: "other", stuck: false },
  { kind: "finished", at: 300 },
];

const found = (history: readonly Observation[]): InvariantId[] => [
  ...new Set(checkInvariants(history, limits).map(({ invariant }) => invariant)),
];

/** The good history with some observations changed. */
function changed(
  match: Partial<Record<string, unknown>>,
  change: Partial<Record<string, unknown>> | null,
): Observation[] {
  const wanted = Object.entries(match);
  let hits = 0;
  const history = good.flatMap((seen) => {
    const facts = seen as unknown as Record<string, unknown>;
    if (!wanted.every(([key, value]) => facts[key] === value)) return [seen];
    hits += 1;
    return change === null ? [] : [{ ...seen, ...change }];
  });
  expect(hits).toBe(1);
  return history;
}

test("a history in order breaks nothing, and every verdict rests on something", () => {
  expect(checkInvariants(good, limits)).toEqual([]);
  const [early, late] = [good.filter(({ at }) => at < 100), good.filter(({ at }) => at >= 100)];
  expect(checkInvariants([...late, ...early], limits)).toEqual([]);
  expect(evidenceFor(good)).toEqual({ ...evidenceFor(good, limits), I7: 0 });
  for (const [id, count] of Object.entries(evidenceFor(good, limits))) expect([id, count]).not.toEqual([id, 0]);
});

test("a history of nothing breaks nothing, and says that nothing was checked", () => {
  expect(checkInvariants([])).toEqual([]);
  expect(evidenceFor([])).toEqual(Object.fromEntries(invariants.map(({ id }) => [id, 0])));
});

describe.each<[InvariantId, string, readonly Observation[]]>([
  [
    "I1",
    "a successor begins before the deadline of the one before it",
    changed({ kind: "granted", holder: "b" }, { at: 165, sentAt: 164, validUntil: 284 }),
  ],
  ["I1", "two holders lead at once, whatever their epochs", [...good, granted(250, "c", 3, 360)]],
  ["I2", "an epoch is issued again", changed({ kind: "visible", nonce: "n4" }, { epoch: 1 })],
  ["I2", "a holder wins its own epoch again", [...good, granted(300, "b", 2, 420)]],
  ["I2", "an epoch goes back", [...good, visible(290, "c", 1, "n5"), line(290, "n5", "#n4")]],
  ["I3", "a resource takes a write from a former epoch", [...good, wrote(221, 1)]],
  ["I4", "an acknowledged change is gone after a power cut", changed({ kind: "recovered" }, { position: 0 })],
  [
    "I4",
    "an acknowledged epoch may be issued again after a power cut",
    changed({ kind: "recovered" }, { epochFloor: 0 }),
  ],
  [
    "I5",
    "a renewal is sent after the deadline",
    changed({ kind: "ended" }, { kind: "renewing", at: 171, nonce: "n6", reason: undefined }),
  ],
  ["I5", "a renewal is sent after the end", [...good, { ...a, kind: "renewing", at: 170, nonce: "n6" }]],
  [
    "I5",
    "a lost term is extended again",
    [...good, { ...a, kind: "renewed", at: 175, nonce: "n2", sentAt: 50, validUntil: 170 }],
  ],
  [
    "I5",
    "an unknown outcome counts as success",
    [...good, { ...a, kind: "renewed", at: 95, nonce: "n3", sentAt: 90, validUntil: 170 }],
  ],
  ["I5", "an unknown outcome counts as failure", changed({ kind: "ended" }, { at: 96 })],
  ["I5", "validity is counted from the answer", changed({ kind: "renewed" }, { validUntil: 172 })],
  [
    "I5",
    "validity of a grant is counted from the answer",
    changed({ kind: "granted", holder: "b" }, { validUntil: 323 }),
  ],
  ["I5", "a renewal is sent for a term that was never granted", changed({ kind: "granted", holder: "a" }, null)],
  ["I6", "a second child is started beside the first", changed({ kind: "child-ended" }, { at: 211 })],
  ["I6", "a role is called stopped while its child lives", changed({ kind: "child-ended" }, { at: 173 })],
  [
    "I7",
    "a role is started more often than its budget",
    [...good, { kind: "child-ended", at: 211, role: "worker", child: "pid 2" }, started(240, "pid 3")],
  ],
  [
    "I7",
    "a role is started again by the one that saw it complete",
    [
      { kind: "child-started", at: 1, role: "other", child: "pid 3", by: "c" },
      { kind: "child-ended", at: 2, role: "other", child: "pid 3", how: "completed" },
      { kind: "child-started", at: 5_000, role: "other", child: "pid 4", by: "c" },
    ],
  ],
  [
    "I10",
    "a child that works is given up as not working",
    [{ kind: "judged", at: 1, role: "worker", child: "pid 1", working: true }],
  ],
  [
    "I10",
    "a lease is acquired while it is said to be paused",
    [
      { kind: "told-paused", at: 1, lease: "other", until: 500 },
      { ...granted(40, "z", 1, 50), lease: "other", sentAt: 30 },
    ],
  ],
  ["I8", "a reader gets a torn record", changed({ kind: "record-read" }, { whole: false })],
  ["I8", "the chain of the journal is broken", changed({ kind: "line-written", nonce: "n4" }, { previous: "#n1" })],
  ["I8", "a change has no line", changed({ kind: "line-written", nonce: "n2" }, { nonce: "n4", hash: "#n2" })],
  [
    "I8",
    "the changes of one lease have no line, and those of another do",
    [...good, ...["m1", "m2"].map((nonce, at) => ({ ...visible(at, "z", at + 1, nonce), lease: "other" }))],
  ],
  ["I8", "a change has two lines", [...good, line(203, "n4", "#n4")]],
  ["I8", "a line comes before its change", changed({ kind: "line-written", nonce: "n4" }, { at: 201 })],
  [
    "I4",
    "changes were acknowledged out of order, and the later one is gone",
    [
      { kind: "acked", at: 95, lease, position: 2, epoch: 1 },
      { kind: "acked", at: 96, lease, position: 1, epoch: 1 },
      { kind: "recovered", at: 97, lease, position: 1, epochFloor: 1 },
    ],
  ],
  [
    "I9",
    "only another lease is led",
    [granted(1, "a", 1, 100), { kind: "quiet", at: 2, lease: "bills", withinMs: 10 }, { kind: "finished", at: 20 }],
  ],
  [
    "I10",
    "status names the holder before the change of that very moment",
    changed({ kind: "told", at: 203 }, { asOf: 202 }),
  ],
  [
    "I9",
    "nobody leads although nothing stands in the way",
    changed({ kind: "granted", holder: "b" }, { at: 281, sentAt: 280, validUntil: 290 }),
  ],
  ["I10", "status names a holder that is no more", changed({ kind: "told", at: 203 }, { asOf: 202.5 })],
  ["I10", "status names an epoch that never was", changed({ kind: "told", at: 61 }, { epoch: 2 })],
  ["I10", "status names a holder before there was any", changed({ kind: "told", at: 1 }, { holder: "a", epoch: 1 })],
])("%s", (id, title, history) => {
  test(`catches when ${title}`, () => {
    expect(found(history)).toContain(id);
    for (const violation of checkInvariants(history, limits)) {
      expect(violation.facts).toHaveLength(2);
      expect(violation.sentence).toMatch(/\w/u);
      for (const fact of violation.facts) expect(history).toContain(fact);
    }
  });
});

describe("what is no violation", () => {
  test("a successor that begins as soon as the holder gave the lease back, long before its deadline", () => {
    const released: Observation = { ...a, kind: "ended", at: 20, reason: "released" };
    expect(found([granted(11, "a", 1, 130), released, granted(20, "b", 2, 139)])).toEqual([]);
  });

  test("status that names the holder before a change of the same moment which came after it", () => {
    const told: Observation = { kind: "told", at: 20, lease, asOf: 20, holder: "a", epoch: 1 };
    expect(found([visible(10, "a", 1, "n1"), told, visible(20, null, 1, "n2")])).toEqual([]);
    expect(found([visible(10, "a", 1, "n1"), visible(20, null, 1, "n2"), told])).toContain("I10");
  });

  test("starts within the budget, however many", () => {
    const starts = [0, 500, 1_000, 1_500, 2_000].flatMap((at, index): Observation[] => [
      started(at, `pid ${index}`),
      { kind: "child-ended", at: at + 1, role: "worker", child: `pid ${index}` },
    ]);
    expect(found(starts)).toEqual([]);
  });

  test("starts beyond the budget that follow no failure, or are by hand", () => {
    for (const how of ["completed", "asked"] as const) {
      const starts = [0, 100, 200, 300].flatMap((at, index): Observation[] => [
        started(at, `pid ${index}`),
        { kind: "child-ended", at: at + 1, role: "worker", child: `pid ${index}`, how },
      ]);
      expect(found(starts)).toEqual([]);
    }
    const byHand = [0, 100, 200, 300].flatMap((at, index): Observation[] => [
      { kind: "child-started", at, role: "worker", child: `pid ${index}`, byHand: true },
      { kind: "child-ended", at: at + 1, role: "worker", child: `pid ${index}` },
    ]);
    expect(found(byHand)).toEqual([]);
  });

  test("a lease that is acquired when its pause was lifted or over, or by a claim sent before", () => {
    const paused: Observation = { kind: "told-paused", at: 10, lease: "other", until: 30 };
    const lifted: Observation = { kind: "told-resumed", at: 12, lease: "other" };
    const claim = (sentAt: number, at: number): Observation => ({ ...granted(at, "z", 1, 99), lease: "other", sentAt });
    expect(found([paused, claim(9, 11)])).toEqual([]);
    expect(found([paused, lifted, claim(13, 14)])).toEqual([]);
    expect(found([paused, claim(20, 31)])).toEqual([]);
    const stands: Observation = { kind: "visible", at: 9, lease: "other", holder: "z", epoch: 1, nonce: "n" };
    expect(found([stands, paused, claim(11, 12)])).toEqual([]);
  });

  test("an epoch that comes again since all that told of it was taken away before anybody led by it", () => {
    const shown = (at: number, holder: string, epoch: number): Observation => ({
      kind: "visible",
      at,
      lease: "other",
      holder,
      epoch,
      nonce: `${holder}${epoch}`,
    });
    const gone: Observation = { kind: "withdrawn", at: 2, lease: "other", holder: "y", epoch: 1 };
    const history = [shown(1, "y", 1), gone, shown(3, "z", 1)];
    expect(found(history)).toEqual([]);
    expect(found([...history, { ...granted(4, "y", 1, 99), lease: "other", sentAt: 1 }])).toContain("I2");
  });

  test("a child that had stopped working and was given up for it", () => {
    expect(found([{ kind: "judged", at: 1, role: "worker", child: "pid 1", working: false }])).toEqual([]);
  });

  test("a late look at a former term", () => {
    expect(found([...good, visible(290, "a", 1, "n2")]).filter((id) => id === "I2")).toEqual([]);
  });

  test("a stuck child that is called stuck, as long as none is started beside it", () => {
    const stuck = changed({ kind: "child-ended" }, null).filter(
      (seen) => seen.kind !== "child-started" || seen.child === "pid 1",
    );
    expect(found(stuck)).toEqual(["I6"]);
    expect(found(stuck.map((seen) => (seen.kind === "child-stopped" ? { ...seen, stuck: true } : seen)))).toEqual([]);
  });

  test("a child that is gone when it is due, and not one that lives on", () => {
    const due = (at: number): Observation => ({ kind: "child-due", at, role: "worker", child: "pid 1" });
    expect(found([...good, due(170.5)])).toEqual(["I6"]);
    expect(found([...good, due(171.5)])).toEqual([]);
  });

  test("the last change without its line, whose writer died", () => {
    expect(found(changed({ kind: "line-written", nonce: "n4" }, null))).toEqual([]);
  });

  test("a history that ends before the time is up", () => {
    expect(found(good.filter(({ at }) => at < 202))).toEqual([]);
  });

  test("an older renewal that is found out later, within the term", () => {
    const late: Observation = { ...a, kind: "renewed", at: 100, nonce: "n1", sentAt: 10, validUntil: 130 };
    const next: Observation = { ...a, kind: "renewing", at: 150, nonce: "n5" };
    expect(found([...good, late, next])).toEqual([]);
    const early = changed({ kind: "granted", holder: "b" }, { at: 165, sentAt: 164, validUntil: 284 });
    expect(found([...early, late])).toContain("I1");
  });

  test("a difference of the clocks that the recorder admits", () => {
    const late = [...good, { ...a, kind: "renewing", at: 170, nonce: "n6" } as const].filter(
      ({ kind }) => kind !== "ended",
    );
    const overlong = late.map((seen) => (seen.kind === "renewed" ? { ...seen, validUntil: 172 } : seen));
    expect(checkInvariants(overlong, { clockErrorMs: 0 })).not.toEqual([]);
    expect(checkInvariants(overlong, { clockErrorMs: 5 })).toEqual([]);
  });
});

test("I1 tells of everyone who led beside one holder", () => {
  const beside = [granted(1, "a", 1, 100), granted(10, "b", 2, 20), granted(30, "c", 3, 40)];
  expect(checkInvariants(beside).map(({ facts }) => facts.map((fact) => fact.at))).toEqual([
    [1, 10],
    [1, 30],
  ]);
});

test("I1 finds an overlap exactly when two windows of different holders overlap", () => {
  const window = fc.record({ at: fc.integer({ min: 1, max: 60 }), lengthMs: fc.integer({ min: 1, max: 20 }) });
  fc.assert(
    fc.property(fc.array(window, { maxLength: 8 }), (windows) => {
      const history = windows.map(({ at, lengthMs }, index) =>
        granted(at, `holder ${index}`, index + 1, at + lengthMs),
      );
      const overlap = windows.some((one, i) =>
        windows.some((other, j) => i !== j && one.at < other.at + other.lengthMs && other.at < one.at + one.lengthMs),
      );
      expect(found(history).includes("I1")).toBe(overlap);
    }),
  );
});
