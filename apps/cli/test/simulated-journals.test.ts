import { diagnose, type Source } from "@tenure/diagnostics";
import { describe, expect, test } from "vitest";
import { faults, left, type Fault } from "./simulated.ts";

/** Cases of each fault; `npm run corpus:simulated` takes 40, by other seeds than any that were looked at while this was written. */
const CASES = Number(process.env["TENURE_CORPUS_CASES"] ?? "3");
const SEED = Number(process.env["TENURE_CORPUS_SEED"] ?? "1000");

function source(name: string, lines: readonly string[]): Source {
  return {
    name,
    chunks: (async function* () {
      await Promise.resolve();
      yield Buffer.from(lines.map((line) => `${line}\n`).join(""));
    })(),
  };
}

async function causes(sources: readonly Source[]): Promise<string[]> {
  return (await diagnose(sources)).findings.filter(({ part }) => part === "cause").map(({ ruleId }) => ruleId);
}

interface Row {
  readonly cases: number;
  readonly found: number;
  readonly first: number;
  readonly others: ReadonlyMap<string, number>;
}

async function judged(fault: Fault): Promise<Row> {
  let [found, first] = [0, 0];
  const others = new Map<string, number>();
  for (let index = 0; index < CASES; index++) {
    const { journal, own } = await left(fault, SEED + index);
    const alone = await causes([source("job.journal.jsonl", journal)]);
    const together = await causes([source("job.journal.jsonl", journal), source("holders.jsonl", own)]);
    const wanted = fault.first ?? fault.journal;
    if (fault.journal === null ? alone.length === 0 : alone.includes(fault.journal)) found++;
    if (wanted === null ? together.length === 0 : together[0] === wanted) first++;
    for (const ruleId of new Set([...alone, ...together]))
      if (ruleId !== fault.journal && ruleId !== wanted) others.set(ruleId, (others.get(ruleId) ?? 0) + 1);
  }
  return { cases: CASES, found, first, others };
}

describe("journals that the real code wrote under a simulated fault", () => {
  test.each(faults)("$name: its label is found, and nothing else", async (fault) => {
    const { cases, found, first, others } = await judged(fault);
    if (process.env["TENURE_CORPUS_PRINT"] !== undefined) {
      const share = (of: number): string => `${((100 * of) / cases).toFixed(1).replace(".0", "")} %`;
      const also = [...others].map(([ruleId, count]) => `\`${ruleId}\` ${count}`).join(", ");
      const label = (ruleId: string | null | undefined): string =>
        ruleId === null || ruleId === undefined ? "none" : `\`${ruleId}\``;
      process.stdout.write(
        `| ${fault.name} | ${label(fault.journal)} | ${label(fault.first ?? fault.journal)} | ${cases} | ${share(found)} | ${share(first)} | ${also} |\n`,
      );
    }
    expect(found / cases).toBeGreaterThanOrEqual(0.9);
    expect(first / cases).toBeGreaterThanOrEqual(0.9);
    expect([...others]).toEqual([]);
  });
});
