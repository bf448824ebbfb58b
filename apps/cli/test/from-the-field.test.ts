import { diagnose } from "@tenure/diagnostics";
import { fromTheField, runPlan } from "@tenure/simulator";
import { describe, expect, test } from "vitest";

async function* journalOf(plan: Parameters<typeof runPlan>[0]): AsyncGenerator<Buffer, void, void> {
  const { journal } = await runPlan(plan);
  for (const line of journal) yield Buffer.from(`${JSON.stringify(line)}\n`);
}

describe("what befell people with other leases, as its journal is explained", () => {
  test.each(fromTheField)("$kind $name", async ({ plans, found }) => {
    for (const plan of plans) {
      const { findings, terms, verdict } = await diagnose([{ name: "job.journal.jsonl", chunks: journalOf(plan) }]);
      expect(findings.map(({ ruleId }) => ruleId)).toEqual(found);
      expect(findings.every(({ evidence }) => evidence.length > 0)).toBe(true);
      expect(terms.length).toBeGreaterThan(0);
      expect(verdict).toMatch(found.length === 0 ? /^Nothing is wrong/u : /The one thing to change: /u);
    }
  });

  test("why a holder stopped renewing is in its own log, and not in the journal", async () => {
    const ranOut = fromTheField.filter(({ found }) => found.includes("renewal-stopped"));
    expect(new Set(ranOut.map(({ told }) => told)).size).toBeGreaterThan(3);
    const verdicts = new Set<string>();
    for (const { plans } of ranOut)
      for (const plan of plans)
        verdicts.add((await diagnose([{ name: "job.journal.jsonl", chunks: journalOf(plan) }])).verdict);
    expect([...verdicts]).toEqual([
      expect.stringContaining("a hung process, a stopped one, a store it could not reach") as string,
    ]);
  });

  test("every class has one", () => {
    const kinds = Array.from({ length: 11 }, (_, index) => `C${index + 1}`);
    expect(kinds.filter((kind) => !fromTheField.some((one) => one.kind === kind))).toEqual([]);
  });
});
