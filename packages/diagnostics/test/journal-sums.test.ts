import { expect, test } from "vitest";
import { diagnose, readJournal } from "../src/index.ts";
import { begun, event, held, journal, journalOf, sealed, T } from "./journal.ts";

const takenOver = (epoch: number, how: "expired" | "holder-dead", sum = `s${epoch}`): object => ({
  seq: epoch,
  prev: `s${epoch - 1}`,
  sum,
  event: event("lease.taken_over", epoch, `${T}0${epoch}Z`, {
    ended: { epoch: epoch - 1, holderIdentity: `h${epoch - 1}`, how },
  }),
  record: held(epoch, `h${epoch}`, `${T}0${epoch}Z`),
});

const three = [begun, takenOver(2, "expired"), takenOver(3, "expired")];

test("a line that was changed by hand is no evidence, and is named", async () => {
  const [first = "", second = "", third = ""] = sealed(three);
  const edited = second.replace('"how":"expired"', '"how":"holder-dead"');
  const { findings, terms, unparsed, missing, verdict } = await diagnose([journalOf([first, edited, third])]);
  expect(findings.map(({ ruleId }) => ruleId)).not.toContain("holder-died");
  expect(terms.map(({ epoch }) => epoch)).toEqual([1, 3]);
  expect(unparsed).toMatchObject([{ file: "press.journal.jsonl", lines: 1, first: { line: 2 } }]);
  expect(missing).toContainEqual(
    expect.stringMatching(/^what 1 line of press\.journal\.jsonl said .*checksum.*: line 2$/u),
  );
  expect(verdict).not.toMatch(/Nothing is wrong/u);
});

test("a changed line at the end of a journal is told too", async () => {
  const [first = "", second = ""] = sealed(three);
  const edited = second.replace('"epoch":2', '"epoch":7');
  const { terms, missing, verdict } = await diagnose([journalOf([first, edited])]);
  expect(terms.map(({ epoch }) => epoch)).toEqual([1]);
  expect(missing).toEqual([expect.stringMatching(/checksum.*: line 2$/u)]);
  expect(verdict).not.toMatch(/Nothing is wrong/u);
});

test("lines that were numbered anew after one was taken out are no evidence", async () => {
  const [first = "", second = "", third = ""] = sealed(three);
  const prev = (line: string): string => /"prev":"([^"]*)"/u.exec(line)?.[1] ?? "";
  const renumbered = third.replace('"seq":3', '"seq":2').replace(prev(third), prev(second));
  const { terms, unparsed } = await diagnose([journalOf([first, renumbered])]);
  expect(terms.map(({ epoch }) => epoch)).toEqual([1]);
  expect(unparsed).toMatchObject([{ lines: 1, first: { line: 2 } }]);
});

test("a line of such a journal that has lost its checksum, or was never part of it, is none of its lines", async () => {
  const [first = "", second = ""] = sealed(three);
  const unsealed = second.replace(/,"sum":"[^"]*"/u, "");
  const forged = JSON.stringify({ event: event("lease.acquired", 9, `${T}09Z`), record: held(9, "h9", `${T}09Z`) });
  const { terms, unparsed } = await diagnose([journalOf([first, unsealed, forged])]);
  expect(terms.map(({ epoch }) => epoch)).toEqual([1]);
  expect(unparsed).toMatchObject([{ lines: 2, first: { line: 2 } }]);
});

test("of many changed lines the first are named", async () => {
  const lines = sealed([begun, ...Array.from({ length: 9 }, (_, index) => takenOver(index + 2, "expired"))]);
  const edited = lines.map((line, index) => (index === 0 ? line : line.replace('"expired"', '"holder-dead"')));
  const { missing } = await diagnose([journalOf(edited)]);
  expect(missing).toEqual([expect.stringMatching(/^what 9 lines .*: lines 2, 3, 4, 5, 6 and 4 more$/u)]);
});

test("a line of a later format is not taken for one that is known", async () => {
  const [first = ""] = sealed([{ ...begun, v: 2 }]);
  const { terms, unparsed } = await diagnose([journalOf([first])]);
  expect(terms).toEqual([]);
  expect(unparsed).toMatchObject([{ lines: 1 }]);
});

test("a journal that was laid out for people is proved as well", async () => {
  const laid = sealed(three).map((line) => JSON.stringify(JSON.parse(line), null, 2));
  const { terms, unparsed } = await diagnose([journalOf(laid)]);
  expect(terms.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
  expect(unparsed).toEqual([]);
});

test("whoever reads a journal by itself hears of changed lines", async () => {
  const [first = "", second = ""] = sealed(three);
  const { lines, unread } = await readJournal(journalOf([first, second.replace('"epoch":2', '"epoch":7')]));
  expect([lines.length, unread]).toEqual([1, 1]);
});

const late = (seq: number, prev: string, sum: string): object => ({
  seq,
  prev,
  sum,
  event: event("lease.released", 1, `${T}04Z`, { releaseReason: "stopped", lossReason: "suspended" }),
  record: { ...held(1, "h1", `${T}00Z`), holderIdentity: null, holder: null, releaseReason: "stopped" },
});

test("what a void line says of a loss is no evidence", async () => {
  const { findings } = await diagnose([journal([begun, takenOver(2, "holder-dead"), late(2, "s1", "late")])]);
  expect(findings.map(({ ruleId }) => ruleId)).toEqual(["holder-died"]);
});

test("where a lost line had come first, the one that came too late is void all the same", async () => {
  const renewed = {
    seq: 2,
    prev: "s1",
    sum: "s2",
    event: event("lease.renewed", 1, `${T}01Z`),
    patch: { renewTime: `${T}01Z`, renewals: 1 },
  };
  const lines = [begun, renewed, takenOver(3, "expired"), late(3, "s2", "late"), takenOver(4, "expired")];
  const whole = await diagnose([journal(lines)]);
  expect(whole.terms.map(({ epoch }) => epoch)).toEqual([1, 3, 4]);
  const [first = "", second = "", , fourth = "", fifth = ""] = sealed(lines);
  const { terms, findings, missing } = await diagnose([journalOf([first, second, fourth, fifth])]);
  expect(terms.map(({ epoch, renewals }) => [epoch, renewals])).toEqual([
    [1, 1],
    [4, 0],
  ]);
  expect(findings.map(({ ruleId }) => ruleId)).not.toContain("host-suspended");
  expect(missing).toContainEqual(expect.stringMatching(/^1 line that is lost .* before line 4/u));
});

test("of journals that were put one behind the other each is read, also where the second begins with a later segment", async () => {
  const other = (source: object): object =>
    JSON.parse(JSON.stringify(source).replaceAll('"press"', '"orders"')) as object;
  const segment = { seq: 2, prev: "gone", sum: "o2", storeId: "a-store", name: "orders", revision: "1.gone" };
  const behind = [
    { ...segment, record: { ...held(1, "h1", `${T}00Z`), name: "orders" } },
    other({ ...takenOver(3, "expired"), prev: "o2", sum: "o3" }),
  ];
  const { terms, unparsed, missing } = await diagnose([journal([...three, ...behind])]);
  expect(terms.map(({ name, epoch }) => [name, epoch])).toEqual([
    ["press", 1],
    ["press", 2],
    ["press", 3],
    ["orders", 3],
  ]);
  expect(unparsed).toEqual([]);
  expect(missing).toEqual([]);
});

test("a segment that is lost between two of one file is told, and one that is there twice or too early is none", async () => {
  const segment = {
    seq: 4,
    prev: "gone",
    sum: "s4",
    storeId: "a-store",
    name: "press",
    revision: "3.s3",
    record: held(3, "h3", `${T}03Z`),
  };
  const [first, second] = three;
  const lost = await diagnose([journal([first as object, second as object, segment])]);
  expect(lost.missing).toEqual([expect.stringMatching(/^1 line that is lost .* before line 3/u)]);
  expect((await diagnose([journal([segment, ...three])])).missing).toEqual([]);
});

test("a log of another system that has fields of the same names is read as a log", async () => {
  const foreign = [
    { time: `${T}00Z`, msg: "begun", event: "login", record: "ann" },
    { time: `${T}01Z`, msg: "gone on", prev: 7, sum: 12 },
  ];
  const { unparsed } = await diagnose([journalOf(foreign.map((line) => JSON.stringify(line)))]);
  expect(unparsed).toEqual([]);
});
