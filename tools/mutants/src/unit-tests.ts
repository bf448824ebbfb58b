import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { applyHunk } from "./apply.ts";
import type { Hunk, UnitMutant } from "./mutant.ts";
import { root } from "./workspace.ts";

/** `passed` or `failed`; anything else means that the test itself did not come to run. */
export type Verdict = "passed" | "failed" | "skipped" | "absent" | "broken";

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly title: string; readonly status: string }[];
  }[];
}

const vitest = fileURLToPath(new URL("vitest.mjs", import.meta.resolve("vitest/package.json")));

/** Runs the test that a mutant names, or those whose titles are made with that name, in a copy of its package's sources with the change made. */
export async function runUnitTest(mutant: UnitMutant): Promise<Verdict> {
  const [file = "", title = ""] = mutant.test.split(" › ");
  const [packagePath = "", testPath = ""] = file.split(/(?<=^packages\/[^/]+)\//u);
  const temporary = mkdtempSync(join(tmpdir(), "tenure-mutants-unit-"));
  const directory = join(temporary, packagePath);
  try {
    copyPackage(join(root, packagePath), directory);
    change(directory, mutant, packagePath);
    const report = join(directory, "report.json");
    const only = title.replaceAll(/[\\^$.*+?()[\]{}|]/gu, String.raw`\$&`);
    const args = ["run", testPath, "-t", only, "--reporter=json", `--outputFile=${report}`];
    await new Promise((resolve) => {
      spawn(process.execPath, [vitest, ...args], { cwd: directory, stdio: "ignore" }).on("close", resolve);
    });
    if (!existsSync(report)) return "broken";
    const { testResults } = JSON.parse(readFileSync(report, "utf8")) as Report;
    const found = testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter((one) => one.title.includes(title))
      .map(({ status }) => status);
    if (found.length === 0) return "absent";
    return found.includes("failed") ? "failed" : found.includes("passed") ? "passed" : "skipped";
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function copyPackage(original: string, directory: string): void {
  for (const part of ["src", "test", "json", "package.json", "vitest.config.ts"])
    if (existsSync(join(original, part))) cpSync(join(original, part), join(directory, part), { recursive: true });
  // What it refers to is not here, and nobody checks types.
  writeFileSync(join(directory, "test/tsconfig.json"), "{}\n");
  symlinkSync(join(original, "node_modules"), join(directory, "node_modules"));
}

function change(directory: string, hunk: Hunk, packagePath: string): void {
  const path = join(directory, hunk.file.slice(packagePath.length + 1));
  writeFileSync(path, applyHunk(readFileSync(path, "utf8"), hunk));
}
