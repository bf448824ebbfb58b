import { expect, test } from "vitest";
import { diagnose } from "../src/index.ts";
import { event, held, journalOf, sealed, T } from "./journal.ts";

const begun = (storeId: string, at: string): object => ({
  seq: 1,
  prev: "",
  sum: "s1",
  storeId,
  name: "press",
  event: event("lease.acquired", 1, `${T}${at}Z`),
  record: held(1, "h1", `${T}${at}Z`),
});

const takenOver = {
  seq: 2,
  prev: "s1",
  sum: "s2",
  event: event("lease.taken_over", 2, `${T}20Z`, { ended: { epoch: 1, holderIdentity: "h1", how: "expired" } }),
  record: held(2, "h2", `${T}20Z`),
};

const released = {
  seq: 2,
  prev: "s1",
  sum: "s2",
  event: event("lease.released", 1, `${T}30Z`, { holderIdentity: "h1", releaseReason: "completed" }),
  record: {
    ...held(1, "h1", `${T}03Z`),
    holderIdentity: null,
    holder: null,
    releaseTime: `${T}30Z`,
    releaseReason: "completed",
  },
};

const production = sealed([begun("production", "00"), takenOver]);
const staging = sealed([begun("staging", "03"), released]);

test.each([
  ["in two files", [production, staging]],
  ["behind each other in one", [[...production, ...staging]]],
])("a lease of the same name in another store is another lease: %s", async (_, files) => {
  const { terms, findings, missing, verdict } = await diagnose(files.map((lines) => journalOf(lines)));
  expect(terms.map(({ epoch, explanation }) => [epoch, explanation])).toEqual([
    [1, expect.stringMatching(/^in store production: its holder stopped renewing/u)],
    [2, expect.stringMatching(/^in store production: no later line ends it/u)],
    [1, expect.stringMatching(/^in store staging: its holder gave it back/u)],
  ]);
  expect(findings).toMatchObject([{ ruleId: "renewal-stopped", evidence: [{ line: 1 }, { line: 2 }] }]);
  expect(verdict).toMatch(/^In store production: in 1 term the renewals stopped/u);
  expect(missing.join()).toContain("these journals are of 2 (production, staging), and each is told by itself");
});

test("two copies of one store are one, also where the beginning of one is lost", async () => {
  const files = [production, production, production.slice(1)];
  const { terms, missing } = await diagnose(files.map((lines) => journalOf(lines)));
  expect(terms.map(({ epoch }) => epoch)).toEqual([1, 2]);
  expect(terms.map(({ explanation }) => explanation).join()).not.toContain("in store");
  expect(missing.join()).not.toContain("which store is meant");
});
