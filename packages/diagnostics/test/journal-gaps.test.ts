import { expect, test } from "vitest";
import { diagnose, readJournal, type Source } from "../src/index.ts";
import { event, held, journal, journalOf, sealed, T } from "./journal.ts";

const renewed = (seq: number, second: number): object => ({
  seq,
  prev: `s${seq - 1}`,
  sum: `s${seq}`,
  event: event("lease.renewed", 1, `${T}0${second}Z`),
  patch: { renewTime: `${T}0${second}Z`, renewals: seq - 1 },
});

const begun = {
  seq: 1,
  prev: "",
  sum: "s1",
  storeId: "a-store",
  event: event("lease.acquired", 1, `${T}00Z`),
  record: held(1, "h1", `${T}00Z`),
};

const ended = {
  epoch: 1,
  holderIdentity: "h1",
  how: "holder-dead",
  time: `${T}05Z`,
  evidence: "process 12 is gone",
} as const;

const takenOver = {
  seq: 5,
  prev: "s4",
  sum: "s5",
  event: event("lease.taken_over", 2, `${T}06Z`, { ended }),
  record: held(2, "h2", `${T}06Z`),
};

const whole = [begun, renewed(2, 1), renewed(3, 2), renewed(4, 3), takenOver];

test("a line that is lost within a journal is told, and what follows counts from the next whole record on", async () => {
  const { missing, findings, terms, unparsed } = await diagnose([journal(whole.toSpliced(2, 1))]);
  expect(missing).toEqual([
    expect.stringMatching(/^1 line that is lost within press\.journal\.jsonl, before line 3: /u),
  ]);
  expect(findings.map(({ ruleId }) => ruleId)).toEqual(["holder-died"]);
  expect(terms.map(({ epoch, renewals }) => [epoch, renewals])).toEqual([
    [1, 1],
    [2, 0],
  ]);
  // The renewal after it is a patch of a record that is not known.
  expect(unparsed).toMatchObject([{ lines: 1, first: { line: 3 } }]);
});

test("where no whole record follows a lost line, the journal is not called healthy", async () => {
  const { missing, verdict } = await diagnose([journal([begun, renewed(2, 1), renewed(4, 3)])]);
  expect(missing).toEqual([
    expect.stringMatching(/1 line that is lost within press\.journal\.jsonl, before line 3: /u),
  ]);
  expect(verdict).not.toMatch(/Nothing is wrong/u);
});

test("a journal whose first lines are lost is told from a later segment of one", async () => {
  const later = { ...takenOver, event: event("lease.acquired", 2, `${T}06Z`) };
  const { missing } = await diagnose([journal([later])]);
  expect(missing).toEqual([expect.stringMatching(/^4 lines that are lost within .*, before line 1: /u)]);
  const segment = { ...later, storeId: "a-store", revision: "4.s4" };
  expect((await diagnose([journal([segment])])).missing).toEqual([]);
});

test("whoever reads a journal by itself hears of the lines after a lost one that say nothing any more", async () => {
  const { lines, unread } = await readJournal(journal(whole.toSpliced(2, 1)));
  expect(lines.map(({ record }) => record.epoch)).toEqual([1, 1, 2]);
  expect(unread).toBe(1);
});

const other = (source: readonly object[], name: string): Source =>
  journal(JSON.parse(JSON.stringify(source).replaceAll('"press"', `"${name}"`)) as object[], name);

test("of several leases each finding shows the lines of its own, and a chosen one is alone", async () => {
  const given = event("lease.released", 1, `${T}05Z`, { releaseReason: "completed" });
  const orderly = [
    begun,
    { seq: 2, prev: "s1", sum: "s2", event: given, patch: { holderIdentity: null, holder: null } },
  ];
  const both = (): Source[] => [other(orderly, "alpha"), other(whole, "beta")];
  const all = await diagnose(both());
  expect(all.findings[0]).toMatchObject({ ruleId: "holder-died" });
  expect(new Set(all.findings[0]?.evidence.map(({ file }) => file))).toEqual(new Set(["beta.journal.jsonl"]));
  expect(all.findings[0]?.verdict).toContain('of "beta"');
  const alpha = await diagnose(both(), { lease: "alpha" });
  expect(alpha.findings).toEqual([]);
  expect(alpha.terms.map(({ name }) => name)).toEqual(["alpha"]);
  expect(alpha.missing).toContainEqual(expect.stringMatching(/other leases than "alpha".*beta/u));
  const beta = await diagnose(both(), { lease: "beta" });
  expect(beta.terms.map(({ name }) => name)).toEqual(["beta", "beta"]);
});

test("a segment that is lost between two files is told, and the oldest may be gone", async () => {
  const seal = { seq: 6, prev: "s5", sum: "s6", seal: 2 };
  const next = (number: number, holder: string): object[] => [
    {
      seq: number * 10 - 3,
      prev: `s${number * 10 - 4}`,
      sum: `s${number * 10 - 3}`,
      storeId: "a-store",
      name: "press",
      revision: "5.s5",
      record: held(2, holder, `${T}06Z`),
    },
    { seq: number * 10 - 2, prev: `s${number * 10 - 3}`, sum: `s${number * 10 - 2}`, seal: number + 1 },
  ];
  const second = next(1, "h2");
  const third = next(2, "h2");
  const all = sealed([...whole, seal, ...second, ...third]);
  const parts = [all.slice(0, 6), all.slice(6, 8), all.slice(8)];
  const source = (part: number): Source => ({ ...journalOf(parts[part] ?? []), name: `press.journal.${part}.jsonl` });
  // The first line of the third is number 17, behind number 8.
  const lost = await diagnose([source(2), source(0)]);
  expect(lost.missing).toEqual(["10 lines that are lost between press.journal.0.jsonl and press.journal.2.jsonl"]);
  expect(lost.verdict).not.toMatch(/Nothing is wrong/u);
  expect((await diagnose([source(1), source(0)])).missing).toEqual([]);
  expect((await diagnose([source(1)])).missing).not.toContainEqual(expect.stringContaining("lost between"));
});
