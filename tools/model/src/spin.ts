import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Bounds } from "./bounds.ts";

/** What Spin says it found. */
export interface SpinVerdict {
  readonly states: number;
  /** Spin counts the way into the first state as one; it is taken off. */
  readonly steps: number;
  /** The assertion that failed, as it stands in the verifier; then the search stopped there. */
  readonly violated: string | null;
}

const MODEL = fileURLToPath(new URL("../spin/lease.pml", import.meta.url));
const PROGRAMS = ["spin", "gcc"];
/**
 * Every state is stored whole and no step is left out for another (no hash compaction, no reduction), so that the numbers mean the same as
 * here. Breadth first needs no bound on the depth.
 */
const EXACT = ["-O1", "-DSAFETY", "-DNOREDUCE", "-DNOCLAIM", "-DBFS", "-DCOLLAPSE", "-DMEMLIM=8000"];
const run = promisify(execFile);

/** `null` where Spin can run; else what is missing. */
export function lacks(): string | null {
  const paths = (process.env["PATH"] ?? "").split(delimiter);
  const missing = PROGRAMS.filter((program) => !paths.some((path) => existsSync(join(path, program))));
  return missing.length === 0 ? null : `needs ${missing.join(" and ")} (Debian: apt-get install ${missing.join(" ")})`;
}

/** Runs the Spin model within the same bounds, with the mutant of that name if there is one. */
export async function runSpin(bounds: Bounds, mutant?: string): Promise<SpinVerdict> {
  const cwd = mkdtempSync(join(tmpdir(), "tenure-spin-"));
  try {
    await run("spin", [...definitions(bounds, mutant), "-a", MODEL], { cwd });
    await run("gcc", [...EXACT, "-w", "-o", "pan", "pan.c"], { cwd });
    const { stdout } = await run("./pan", [], { cwd, maxBuffer: 1 << 26 }).catch((error: unknown) => {
      // The verifier's own exit code says no more than its report does.
      if (error instanceof Error && "stdout" in error && String(error.stdout) !== "") return { stdout: error.stdout };
      throw error;
    });
    return read(String(stdout));
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

function definitions(bounds: Bounds, mutant: string | undefined): string[] {
  const { processes, leaseTicks, deadlineTicks, writes, crashes, revocations, restores } = bounds;
  const named = { N: processes, L: leaseTicks, D: deadlineTicks, W: writes, C: crashes, R: revocations, B: restores };
  const values = Object.entries(named).map(([name, value]) => `-D${name}=${value}`);
  return mutant === undefined ? values : [...values, `-DM_${mutant.replaceAll("-", "_")}`];
}

function read(report: string): SpinVerdict {
  const number = (pattern: RegExp): number => {
    const [, found] = pattern.exec(report) ?? [];
    if (found === undefined) throw new Error(`Spin's report says nothing of ${pattern.source}:\n${report}`);
    return Number(found);
  };
  const errors = number(/errors: (\d+)/u);
  const violated = /assertion violated (.*) \(at depth/u.exec(report)?.[1] ?? null;
  const isWhole = /^Full statespace search/mu.test(report) && !/Search not completed/u.test(report);
  if (errors > 0 ? violated === null : !isWhole) throw new Error(`Spin did not finish:\n${report}`);
  return {
    states: number(/^\s*(\d+) states, stored/mu),
    steps: number(/^\s*(\d+) transitions/mu) - 1,
    violated,
  };
}
