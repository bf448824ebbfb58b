import { createReadStream, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Source } from "@tenure/diagnostics";

/** What is read of a folder; a file that is named is read whatever its name. */
const readable = /\.(?:log|jsonl|ndjson|json|txt|out|err|export|pid|ya?ml)$/u;
const journal = /^(.*)\.journal(?:\.\d+)?\.jsonl$/u;
const DEPTH_MAX = 8;
/** Fewer and larger than by default: each costs a turn of the event loop. */
const CHUNK_BYTES = 262_144;

export interface FoundSource extends Source {
  readonly bytes: number;
}

/** The files to read; an error of the system where a path cannot be looked at. */
export function sourcesIn(paths: readonly string[]): FoundSource[] {
  const files = paths.flatMap((path) => (statSync(path).isDirectory() ? filesIn(path, DEPTH_MAX) : [path]));
  return [...new Set(files)].map((path) => {
    const { size, mtimeMs } = statSync(path);
    return {
      name: path,
      bytes: size,
      modifiedAt: mtimeMs,
      chunks: createReadStream(path, { highWaterMark: CHUNK_BYTES }),
    };
  });
}

function filesIn(directory: string, depth: number): string[] {
  const entries = readdirSync(directory, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  // The mirror beside a journal says nothing that the journal does not.
  const mirrors = new Set(entries.map(({ name }) => `${journal.exec(name)?.[1]}.json`));
  return entries.flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return depth > 0 && !entry.name.startsWith(".") ? filesIn(path, depth - 1) : [];
    return entry.isFile() && readable.test(entry.name) && !mirrors.has(entry.name) ? [path] : [];
  });
}
