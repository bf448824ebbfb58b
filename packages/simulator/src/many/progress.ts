import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { Tally, type Total } from "./tally.ts";

/** How far a long run has come. Other code, or another version of Node, runs other schedules under the same seeds. */
export interface Progress {
  /** The commit of the code that ran. */
  readonly code: string;
  readonly node: string;
  /** All seeds from 1 to this one. */
  readonly to: number;
  /** Milliseconds of CPU that they took. */
  readonly cpuMs: number;
  readonly total: Total;
}

/** Of a run that has not begun. */
export function noProgress(code: string, node: string): Progress {
  return { code, node, to: 0, cpuMs: 0, total: new Tally().total };
}

/** The seeds that follow, too. */
export function further(before: Progress, total: Total, cpuMs: number): Progress {
  const tally = new Tally();
  tally.addTotal(before.total);
  tally.addTotal(total);
  return { ...before, to: before.to + total.schedules, cpuMs: before.cpuMs + cpuMs, total: tally.total };
}

/**
 * Where `begun` goes on from; `begun` itself where nothing was kept yet.
 * @throws Error for what cannot be read, and for what other code or another Node has run.
 */
export function readProgress(path: string, begun: Progress): Progress {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return begun;
    throw error;
  }
  const kept = parse(path, text);
  if (kept.code === begun.code && kept.node === begun.node) return kept;
  throw new Error(
    `${path} has seeds 1 to ${kept.to} of ${kept.code} with Node ${kept.node}, and this is ${begun.code} with Node ${begun.node}; choose another file`,
  );
}

/** Whole or not at all: what is there is true whenever the run is stopped. */
export function writeProgress(path: string, progress: Progress): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.tmp`, `${JSON.stringify(progress)}\n`);
  renameSync(`${path}.tmp`, path);
}

function parse(path: string, text: string): Progress {
  try {
    const kept = JSON.parse(text) as Progress;
    if (Number.isSafeInteger(kept.to) && kept.total.schedules === kept.to) return kept;
  } catch {
    // Said below, with what to do.
  }
  throw new Error(`${path} is not the progress of such a run; move it away to begin with seed 1`);
}
