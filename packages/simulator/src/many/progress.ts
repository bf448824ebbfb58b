import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { Tally, type Total } from "./tally.ts";

/** How far a long run has come. Other code, or another version of Node, runs other schedules under the same seeds. */
export interface Progress {
  /** The commit of the code that ran. */
  readonly code: string;
  readonly node: string;
  /** All seeds from this one to that one; one less than the first before it has begun. */
  readonly from: number;
  readonly to: number;
  /** Milliseconds of CPU that they took. */
  readonly cpuMs: number;
  readonly total: Total;
}

/** Of a run from this seed on that has not begun. */
export function noProgress(code: string, node: string, from = 1): Progress {
  return { code, node, from, to: from - 1, cpuMs: 0, total: new Tally().total };
}

/** The seeds that follow, too. */
export function further(before: Progress, total: Total, cpuMs: number): Progress {
  const tally = new Tally();
  tally.addTotal(before.total);
  tally.addTotal(total);
  return { ...before, to: before.to + total.schedules, cpuMs: before.cpuMs + cpuMs, total: tally.total };
}

/**
 * What several machines ran, each its own range of seeds, as one.
 * @throws Error for seeds that none of them ran, or several did, and for parts of different code or Node.
 */
export function joined(parts: readonly Progress[]): Progress {
  const [first, ...others] = parts.toSorted((a, b) => a.from - b.from);
  if (first === undefined) throw new Error("there is nothing to join");
  return others.reduce((before, part) => {
    if (part.code !== before.code || part.node !== before.node)
      throw new Error(`${described(before)} and ${described(part)} cannot be counted together`);
    if (part.from !== before.to + 1)
      throw new Error(
        part.from > before.to
          ? `seeds ${before.to + 1} to ${part.from - 1} are in none of these files`
          : `seeds ${part.from} to ${Math.min(before.to, part.to)} are in two of these files`,
      );
    return further(before, part.total, part.cpuMs);
  }, first);
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
  if (kept.code !== begun.code || kept.node !== begun.node)
    throw new Error(
      `${path} has ${described(kept)}, and this is ${begun.code} with Node ${begun.node}; choose another file`,
    );
  if (kept.from !== begun.from)
    throw new Error(`${path} has ${described(kept)}, which do not begin with ${begun.from}; choose another file`);
  return kept;
}

/** @throws Error for what is no progress. */
export function readPart(path: string): Progress {
  return parse(path, readFileSync(path, "utf8"));
}

function described({ from, to, code, node }: Progress): string {
  return `seeds ${from} to ${to} of ${code} with Node ${node}`;
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
    if (Number.isSafeInteger(kept.from) && kept.total.schedules === kept.to - kept.from + 1) return kept;
  } catch {
    // Said below, with what to do.
  }
  throw new Error(`${path} is not the progress of such a run; move it away to begin anew`);
}
