import type { FindingDocument } from "@tenure/schema";
import { expect, test } from "vitest";
import { mapping } from "./mapping.ts";
import { file, read } from "./readers/file.ts";

type Lines = readonly (readonly [seconds: number, text: string])[];

/** A log by a clock that is so many seconds off. */
function log(lines: Lines, offS = 0): string {
  const stamp = (seconds: number): string => new Date(Date.UTC(2026, 3, 2, 9) + (seconds + offS) * 1_000).toISOString();
  return lines.map(([seconds, text]) => `[${stamp(seconds)}] [INFO] ${text}\n`).join("");
}

async function diagnosed(files: Readonly<Record<string, string>>): Promise<FindingDocument> {
  const sources = Object.entries(files).map(([name, text]) => file(name, text));
  return await read(sources, [mapping]);
}

const beats = (from: number, to: number, text: string): Lines =>
  Array.from({ length: Math.floor((to - from) / 3) }, (_, index) => [from + 3 * (index + 1), text]);

const hung: Lines = [
  [0, "set leaseDuration to 15 s"],
  [1, "duty taken by a term 1"],
  ...beats(1, 58, "duty kept by a term 1"),
];
const next: Lines = [[74, "duty taken by b term 2"], ...beats(74, 130, "duty kept by b term 2")];
const known = (document: FindingDocument): string[] =>
  document.findings.filter(({ confidence }) => confidence !== "low").map(({ ruleId }) => ruleId);

test.each([20, 3_600])(
  "a successor whose clock is %i s behind has neither stolen a lease nor led in the past",
  async (offS) => {
    const rightly = await diagnosed({ "a.log": log(hung), "b.log": log(next) });
    expect(rightly.findings).toEqual([]);
    const lost = log([...hung, [75, "duty lost by a"]]);
    const document = await diagnosed({ "a.log": lost, "b.log": log(next, -offS) });
    expect(known(document)).toEqual([]);
    expect(document.verdict).toMatch(/^Perhaps /u);
    for (const { counterEvidence } of document.findings)
      expect(counterEvidence.join()).toContain("of several files: a clock that is off");
  },
);

test("what one file tells needs no second clock: a lease was stolen, and an epoch went back", async () => {
  const stolen = await diagnosed({ "all.log": log([...hung, [56, "duty taken by b term 2"], [60, "a prints"]]) });
  expect(known(stolen)).toContain("stolen-while-valid");
  const both = { "a.log": log(hung), "b.log": log([[100, "duty taken by b term 1"]]) };
  // No clock explains that two led by one epoch.
  expect(known(await diagnosed(both))).toContain("epoch-regression");
});

const terms: Lines = [
  [0, "set leaseDuration to 15 s"],
  [1, "duty taken by a term 1"],
  [20, "duty handed in by a"],
  [21, "duty taken by b term 2"],
  [40, "duty handed in by b"],
  [41, "duty taken by a term 3"],
  [60, "duty handed in by a"],
];
const prints: Lines = [
  [5, "a prints"],
  [19, "a prints"],
  [25, "b prints"],
  [39, "b prints"],
  [59, "a prints"],
];

test.each([5, 3_600])("a ledger whose clock is %i s ahead shows no work after a release", async (offS) => {
  const document = await diagnosed({ "duty.log": log(terms), "ledger.log": log(prints, offS) });
  expect(known(document)).toEqual([]);
});

test("work that takes longer than its office is after it by any clock", async () => {
  const long = log([
    [2, "a prints"],
    [10, "a prints"],
    [24, "a prints"],
  ]);
  const document = await diagnosed({ "duty.log": log(terms.slice(0, -2)), "ledger.log": long });
  expect(known(document)).toContain("released-early");
});

test("a log that was joined in a wrong order is no clock that was set, however often it is given", async () => {
  const joined = log([[100, "duty taken by b term 2"], ...beats(100, 160, "duty kept by b term 2")]) + log(hung);
  const document = await diagnosed({ "x.log": joined, "x.log.1": joined, "old/x.log": joined });
  expect(document.findings).toEqual([]);
});
