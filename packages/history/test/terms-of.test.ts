import { historyDocumentSchema } from "@tenure/schema";
import { expect, test } from "vitest";
import { checkInvariants, termsOf, visibleIn } from "../src/index.ts";
import { Scribe, stamp } from "./journal.ts";

test("a clean release ends a term at its own stamp, and the gap runs from there", () => {
  const { lines } = new Scribe()
    .acquire(0, "a")
    .renew(2_700)
    .renew(5_400)
    .release(6_000)
    .acquire(6_005, "b", { epoch: 1, holderIdentity: null, how: "released" });
  expect(termsOf(lines)).toEqual([
    {
      name: "orders",
      epoch: 1,
      holderIdentity: "a",
      holder: expect.objectContaining({ instanceId: "a#1" }),
      acquireTime: stamp(0),
      endTime: stamp(6_000),
      endTimeFrom: "release",
      endReason: "released",
      releaseReason: "completed",
      renewals: 2,
      lastRenewTime: stamp(5_400),
      gapBeforeMs: null,
      evidence: null,
      revoked: null,
      missing: [],
    },
    expect.objectContaining({
      epoch: 2,
      holderIdentity: "b",
      endTime: null,
      endReason: "open",
      gapBeforeMs: 5,
      missing: [],
    }),
  ]);
});

test("a killed holder's term ends when its successor was told of the death", () => {
  const ended = {
    epoch: 1,
    holderIdentity: "a",
    how: "holder-dead",
    time: stamp(4_000),
    evidence: "process 4711 is gone",
  } as const;
  const [killed, next] = termsOf(new Scribe().acquire(0, "a").renew(2_700).acquire(4_003, "b", ended).lines);
  expect(killed).toMatchObject({
    endReason: "holder-dead",
    endTime: stamp(4_000),
    endTimeFrom: "taker",
    evidence: ended.evidence,
  });
  expect(killed).not.toHaveProperty("releaseReason");
  expect(next).toMatchObject({ gapBeforeMs: 3 });
});

test("where nobody says when it ended, the last sign of life stands in", () => {
  const ended = { epoch: 1, holderIdentity: "a", how: "expired" } as const;
  const [expired, next] = termsOf(new Scribe().acquire(0, "a").renew(2_700).acquire(17_800, "b", ended).lines);
  expect(expired).toMatchObject({ endReason: "expired", endTime: stamp(2_700), endTimeFrom: "last-sign", missing: [] });
  expect(next).toMatchObject({ gapBeforeMs: 15_100 });
});

test("a transfer is told from a release", () => {
  const ended = { epoch: 1, holderIdentity: null, how: "transferred" } as const;
  const [first] = termsOf(new Scribe().acquire(0, "a").release(1_000, "transferred").acquire(1_002, "b", ended).lines);
  expect(first).toMatchObject({ endReason: "transferred", releaseReason: "transferred", endTime: stamp(1_000) });
});

test("one that was given back after its holder had stopped leading says why it had", () => {
  const [late, led] = termsOf(
    new Scribe().acquire(0, "a").release(40_000, "stopped", "suspended").acquire(40_010, "b").release(41_000).lines,
  );
  expect(late).toMatchObject({ endReason: "released", releaseReason: "stopped", lossReason: "suspended" });
  expect(led).not.toHaveProperty("lossReason");
});

test("a broken term says who broke it, however it then ended", () => {
  const ended = { epoch: 1, holderIdentity: "a", how: "expired" } as const;
  const broken = new Scribe().acquire(0, "a").revoke(1_000, "operator");
  expect(termsOf(broken.lines)).toMatchObject([
    { endReason: "open", revoked: { by: "operator", reason: "maintenance" } },
  ]);
  expect(termsOf(broken.acquire(15_000, "b", ended).lines)).toMatchObject([
    { endReason: "expired", revoked: { by: "operator" } },
    { revoked: null },
  ]);
  expect(termsOf(new Scribe().acquire(0, "a").revoke(1_000, "operator").release(1_100, "stopped").lines)).toMatchObject(
    [{ endReason: "released", revoked: { by: "operator" } }],
  );
});

test("a term whose record was lost ends by the word of its successor, which knows only the floor", () => {
  const ended = { epoch: 64, holderIdentity: null, how: "record-lost" } as const;
  const [lost, next] = termsOf(
    new Scribe().acquire(0, "a").renew(2_700).acquire(20_000, "b", ended, { epoch: 65 }).lines,
  );
  expect(lost).toMatchObject({ endReason: "record-lost", endTime: stamp(2_700), missing: [] });
  expect(next).toMatchObject({ epoch: 65, gapBeforeMs: 17_300 });
});

test("the term that still stands is open", () => {
  expect(termsOf(new Scribe().acquire(0, "a").renew(2_700).lines)).toMatchObject([
    { endReason: "open", endTime: null, endTimeFrom: null, renewals: 1 },
  ]);
});

test("one identity in a second process begins a term of its own", () => {
  const { lines } = new Scribe()
    .acquire(0, "a")
    .release(1_000)
    .acquire(2_000, "a", { epoch: 1, holderIdentity: null, how: "released" });
  expect(termsOf(lines)).toMatchObject([{ holder: { instanceId: "a#1" } }, { holder: { instanceId: "a#2" } }]);
});

test("one process that leads twice has two terms", () => {
  const again = { epoch: 1, holderIdentity: null, how: "released" } as const;
  const once = new Scribe().acquire(0, "a", undefined, { process: "p" }).release(1_000);
  expect(termsOf(once.acquire(2_000, "a", again, { process: "p" }).lines)).toMatchObject([
    { epoch: 1, endReason: "released" },
    { epoch: 2, endReason: "open" },
  ]);
});

test("a pause is no term, before the first and between two", () => {
  const released = { epoch: 1, holderIdentity: null, how: "released" } as const;
  const { lines } = new Scribe()
    .pause(0, "operator")
    .acquire(1_000, "a")
    .release(2_000)
    .pause(2_500, "operator")
    .acquire(3_000, "b", released);
  expect(termsOf(lines)).toMatchObject([
    { epoch: 1, endTime: stamp(2_000) },
    { epoch: 2, gapBeforeMs: 1_000 },
  ]);
});

test("several leases in one journal are kept apart", () => {
  const [orders, bills] = [new Scribe("orders").acquire(0, "a").release(9), new Scribe("bills").acquire(5, "b")];
  expect(termsOf([...orders.lines, ...bills.lines])).toMatchObject([
    { name: "orders", holderIdentity: "a", endReason: "released" },
    { name: "bills", holderIdentity: "b", endReason: "open", gapBeforeMs: null },
  ]);
});

const released = { epoch: 1, holderIdentity: null, how: "released", time: stamp(6_000) } as const;
const three = new Scribe()
  .acquire(0, "a") // line 0
  .renew(2_700) // 1
  .release(6_000) // 2
  .acquire(6_010, "b", released) // 3
  .renew(8_000) // 4
  .acquire(8_500, "c", { epoch: 2, holderIdentity: "b", how: "holder-dead", time: stamp(8_400) }); // 5

test("a journal that begins in the middle of a term knows the term by its record", () => {
  expect(termsOf(three.without(0))).toMatchObject([
    { epoch: 1, acquireTime: stamp(0), renewals: 1, missing: ["acquisition"] },
    { epoch: 2, gapBeforeMs: 10 },
    { epoch: 3, gapBeforeMs: 100 },
  ]);
  expect(termsOf(three.without(0, 1))).toMatchObject([
    { epoch: 1, holderIdentity: "a", missing: ["acquisition"] },
    {},
    {},
  ]);
  expect(termsOf(three.without(0, 1, 2))).toMatchObject([{ epoch: 2, gapBeforeMs: null, missing: [] }, {}]);
});

test("a release that was never written is known from its successor, and marked", () => {
  expect(termsOf(three.without(2))).toMatchObject([
    { endReason: "released", endTime: stamp(6_000), endTimeFrom: "taker", missing: ["end"] },
    { gapBeforeMs: 10 },
    {},
  ]);
});

test("a term without any line is not made up; its neighbours are marked", () => {
  expect(termsOf(three.without(3, 4))).toMatchObject([
    { epoch: 1, endReason: "released", missing: [] },
    { epoch: 3, gapBeforeMs: null },
  ]);
  expect(termsOf(three.without(2, 3, 4))).toMatchObject([
    { epoch: 1, endReason: "open", endTime: null, missing: ["end"] },
    { epoch: 3, gapBeforeMs: null },
  ]);
});

test("lines written afterwards, late, twice or out of order change nothing", () => {
  const whole = termsOf(three.lines);
  const [acquired, renewed, release, ...rest] = three.lines as [(typeof three.lines)[0], ...typeof three.lines];
  expect(termsOf([acquired, ...rest, renewed, release].filter((line) => line !== undefined))).toEqual(whole);
  expect(termsOf([...three.lines, ...three.lines])).toEqual(whole);
  expect(termsOf(three.lines.toReversed())).toEqual(whole);
});

test("an epoch that was issued twice gives two terms, and breaks I2", () => {
  const fork = new Scribe().acquire(500, "z");
  const lines = [...three.lines, ...fork.lines];
  expect(termsOf(lines).map(({ epoch, holderIdentity }) => [epoch, holderIdentity])).toEqual([
    [1, "a"],
    [1, "z"],
    [2, "b"],
    [3, "c"],
  ]);
  expect(checkInvariants(visibleIn(three.lines))).toEqual([]);
  expect(checkInvariants(visibleIn(lines))).toMatchObject([
    { invariant: "I2", sentence: expect.stringContaining("epoch 1") },
  ]);
});

test("terms that share an epoch are told apart by process and by identity, also in lines that come late", () => {
  const [one, other] = [new Scribe().acquire(0, "a"), new Scribe().acquire(10, "a", undefined, { process: "second" })];
  expect(termsOf([...one.lines, ...other.lines])).toHaveLength(2);
  const late = new Scribe().acquire(0, "z").release(20);
  expect(termsOf([...late.lines.slice(0, 1), ...one.lines, ...late.lines.slice(1)])).toMatchObject([
    { holderIdentity: "z", endReason: "released" },
    { holderIdentity: "a", endReason: "open" },
  ]);
});

test("terms are what `history --json` documents", () => {
  expect(() => historyDocumentSchema.parse({ terms: termsOf(three.lines) })).not.toThrow();
  expect(termsOf([])).toEqual([]);
});
