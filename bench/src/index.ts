// npm run bench -- [--only kill,status] [--runs 5] [--write]
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { describeMachine } from "./machine.ts";
import { measure } from "./measure.ts";
import { rows } from "./rows.ts";
import { type Finding, summarise } from "./summary.ts";
import { machineLine, markdown, plain } from "./table.ts";

const options = readOptions();
const runs = Number(options.runs);
const only = options.only.split(",").filter(Boolean);
const chosen = rows.filter(({ id }) => only.length === 0 || only.some((part) => id.startsWith(part)));
if (!Number.isInteger(runs) || runs < 1 || chosen.length === 0) refuse();
const machine = describeMachine();

const findings: Finding[] = [];
for (const row of chosen) {
  const measured = await measure(row, runs, (run, { name }) =>
    progress(`${row.id}: run ${run + 1} of ${runs}, ${name} …`),
  );
  progress("");
  const found = summarise(measured);
  findings.push(...found);
  console.log(plain(found));
}
if (options.write) write();

function readOptions(): { readonly only: string; readonly runs: string; readonly write: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: "string", default: "" },
        runs: { type: "string", default: "5" },
        write: { type: "boolean", default: false },
      },
    });
    return values;
  } catch (error) {
    return refuse((error as Error).message);
  }
}

function refuse(why?: string): never {
  if (why !== undefined) console.error(why);
  console.error(`usage: npm run bench -- [--only ${rows.map(({ id }) => id).join(",")}] [--runs 5] [--write]`);
  process.exit(64);
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

/** The figures as data, and the table in the document, between its two marks. */
function write(): void {
  const results = new URL("../results/", import.meta.url);
  mkdirSync(results, { recursive: true });
  const document = { time: new Date().toISOString(), machine, runs, findings };
  writeFileSync(new URL("latest.json", results), `${JSON.stringify(document, null, 2)}\n`);

  const page = fileURLToPath(new URL("../../docs/benchmarks.md", import.meta.url));
  const [begin, end] = ["<!-- bench -->", "<!-- /bench -->"];
  const [head, rest = ""] = readFileSync(page, "utf8").split(begin);
  const [, tail] = rest.split(end);
  if (tail === undefined) throw new Error(`${page} has no place for the table: ${begin} … ${end}`);
  const table = `${machineLine(machine, runs, findings)}\n\n${markdown(findings)}`;
  writeFileSync(page, `${head}${begin}\n${table}\n${end}${tail}`);
}
