import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import process, { argv, stdout } from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { further, joined, noProgress, readPart, readProgress, writeProgress, type Progress } from "./many/progress.ts";
import { runMany } from "./many/run-many.ts";
import { sentencesOf } from "./many/tally.ts";

/**
 * The schedules that a release rests on: `node release.js [--from 1] [--to 10000000] [--batch N] [--threads N] [--code NAME] [--progress FILE]`.
 * After each batch it keeps what it found, and goes on from there when it is started again. Filed under the last commit that changed what
 * runs, and under the first seed where that is not 1; `--code` says what to file it under where there is no repository.
 * `--join FILE FILE…` takes together what several machines found, each in a range of its own; with `--progress` it keeps that.
 * Exit code 1 if a promise was broken, 2 if it could not begin, or if the ranges leave seeds out.
 */
const { values, positionals } = parseArgs({
  args: argv.slice(2),
  allowPositionals: true,
  options: {
    from: { type: "string", default: "1" },
    join: { type: "boolean", default: false },
    to: { type: "string", default: "10000000" },
    batch: { type: "string", default: "20000" },
    threads: { type: "string", default: String(availableParallelism()) },
    code: { type: "string" },
    progress: { type: "string" },
  },
});
try {
  if (values.join) join();
  else await goOn();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}

async function goOn(): Promise<void> {
  if (positionals.length > 0) throw new Error(`"${positionals.join(" ")}" is no option; files are for --join`);
  const [first, to, batch, threads] = [values.from, values.to, values.batch, values.threads].map(countIn) as [
    number,
    number,
    number,
    number,
  ];
  const code = values.code ?? lastCommit();
  const name = first === 1 ? code : `${code}-from-${first}`;
  const path = values.progress ?? fileURLToPath(new URL(`../.release/${name}.json`, import.meta.url));
  let progress = readProgress(path, noProgress(code, process.versions.node, first));
  for (; progress.to < to; writeProgress(path, progress)) {
    const from = progress.to + 1;
    const before = process.cpuUsage();
    const schedules = Math.min(batch, to - progress.to);
    const total = await runMany({ scenarios: false, stopsAtFirst: false, from, schedules, threads });
    const { user, system } = process.cpuUsage(before);
    progress = further(progress, total, (user + system) / 1_000);
    stdout.write(`${lineOf(progress)}\n`);
    for (const sentence of sentencesOf(total)) stdout.write(`${sentence}\n`);
  }
  finish(progress);
}

function join(): void {
  const all = joined(positionals.map(readPart));
  for (const sentence of sentencesOf(all.total)) stdout.write(`${sentence}\n`);
  if (values.progress !== undefined) writeProgress(values.progress, all);
  finish(all);
}

function finish(progress: Progress): void {
  stdout.write(`done: ${lineOf(progress)}\n`);
  if (progress.total.broken.length > 0) process.exitCode = 1;
}

function lineOf({ code, node, from, to, cpuMs, total }: Progress): string {
  const rate = cpuMs === 0 ? 0 : Math.round((total.schedules * 1_000) / cpuMs);
  return `seeds ${from} to ${to} at ${code} with Node ${node}: ${total.broken.length} broke a promise; ${rate} in a second of CPU`;
}

function countIn(text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new Error(`"${text}" is no whole number above 0`);
}

/** Of what runs, and no more than that: a change of a document is no reason to begin anew. */
function lastCommit(): string {
  const manifest = new URL("../package.json", import.meta.url);
  const { dependencies } = JSON.parse(readFileSync(manifest, "utf8")) as { dependencies: Record<string, string> };
  const own = Object.keys(dependencies).filter((name) => name.startsWith("@tenure/"));
  const sources = ["@tenure/simulator", ...own].map((name) => `${name.replace("@tenure/", "../")}/src`);
  const git = (...args: string[]): string =>
    execFileSync("git", [...args, "--", ...sources], {
      cwd: fileURLToPath(new URL(".", manifest)),
      encoding: "utf8",
    }).trim();
  if (git("status", "--porcelain") !== "")
    throw new Error(
      "what runs here has changes that are not committed, and a release names its commit; commit them first",
    );
  return git("log", "-1", "--format=%h");
}
