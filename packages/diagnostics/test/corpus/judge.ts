import type { Mapping } from "@tenure/schema";
import { diagnose } from "../../src/index.ts";
import { Chance } from "./chance.ts";
import type { Label } from "./label.ts";
import { labels, plantOf } from "./labels.ts";
import { noisy } from "./noise.ts";

/** What came of all cases of one label. */
export interface Row {
  readonly label: string;
  cases: number;
  /** Cases in which its own finding was made; for `healthy`, in which none was. */
  found: number;
  /** Cases whose first finding is its own, or one of what is true there as well. */
  first: number;
  /** Findings that are not true, by rule. */
  readonly wrong: Map<string, number>;
  /** Cases in which the finding stayed after the trouble was taken out. */
  stayed: number;
}

const symptoms = new Set(["restart-rate"]);

async function findingsIn(
  label: Label,
  seed: number,
  isPut: boolean,
  mapping: Mapping,
): Promise<{ ids: string[]; truth: ReadonlySet<string> }> {
  const { plant, truth } = plantOf(label, seed, isPut);
  const files = noisy(plant, new Chance(seed + 15_485_863));
  const sources = files.map(({ name, text }) => ({ name, chunks: once(text) }));
  const { findings } = await diagnose(sources, { mappings: [mapping] });
  return { ids: findings.map(({ ruleId }) => ruleId), truth };
}

async function* once(text: string): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield Buffer.from(text);
}

/** Diagnoses `cases` plants of each label (of all, or of those that are named), from `seed` on, and the same plants without their trouble. */
export async function judge(seed: number, cases: number, mapping: Mapping, only: readonly string[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [index, label] of labels.entries()) {
    if (only.length > 0 && !only.includes(label.id)) continue;
    const row: Row = { label: label.id, cases, found: 0, first: 0, wrong: new Map(), stayed: 0 };
    rows.push(row);
    for (let each = 0; each < cases; each++) {
      const own = seed + index * 10_007 + each * 101;
      const { ids, truth } = await findingsIn(label, own, true, mapping);
      for (const id of ids.filter((found) => !truth.has(found))) row.wrong.set(id, (row.wrong.get(id) ?? 0) + 1);
      const told = ids.filter((id) => !symptoms.has(id) || label.id === id);
      const isHealthy = label.id === "healthy";
      if (isHealthy ? told.length === 0 : ids.includes(label.id)) row.found++;
      if (isHealthy ? told.length === 0 : truth.has(told[0] ?? "")) row.first++;
      if (isHealthy) continue;
      const without = await findingsIn(label, own, false, mapping);
      if (without.ids.includes(label.id)) row.stayed++;
    }
  }
  return rows;
}

/** How often a rule that spoke was right: over all cases of all labels. */
export function precisionOf(rows: readonly Row[], rule: string): number {
  const right = rows.find(({ label }) => label === rule)?.found ?? 0;
  const wrong = rows.reduce((sum, row) => sum + (row.wrong.get(rule) ?? 0), 0);
  return right + wrong === 0 ? 1 : right / (right + wrong);
}

/** The confusion matrix, with the columns left out in which nothing stands. */
export function tableOf(rows: readonly Row[]): string {
  const out = [
    "| trouble put in | cases | found | first | gone without it | precision | also found, and not true |",
    "| -- | --: | --: | --: | --: | --: | -- |",
  ];
  for (const row of rows) {
    const wrong = [...row.wrong].map(([id, count]) => `\`${id}\` ${count}`).join(", ");
    const name = row.label === "healthy" ? "none" : `\`${row.label}\``;
    const gone = row.label === "healthy" ? "" : percent(1 - row.stayed / row.cases);
    const precision = row.label === "healthy" ? "" : percent(precisionOf(rows, row.label));
    out.push(
      `| ${name} | ${row.cases} | ${percent(row.found / row.cases)} | ${percent(row.first / row.cases)} | ${gone} | ${precision} | ${wrong} |`,
    );
  }
  return out.join("\n");
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share === 1 ? 0 : 1)} %`;
}
