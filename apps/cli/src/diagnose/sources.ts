import { createReadStream, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { LeaseError } from "@tenure/core";
import { CutShortError, type Source } from "@tenure/diagnostics";
import { quoteForDisplay } from "@tenure/schema/light";

/** What is read of a folder, also rotated, by number or by date, and packed; what is packed in another way than gzip is named as not read. A file that is named is read whatever its name. */
const readable =
  /(?:\.(?:log|jsonl|ndjson|json|txt|out|err|export|pid|ya?ml)|(?:^|\/)(?:syslog|messages))(?:[.-]\d{1,10}(?:-\d{2}){0,2})?(?:\.(?:gz|xz|zst|bz2|lz4))?$/u;
const journal = /^(.*)\.journal(?:\.\d+)?\.jsonl$/u;
const DEPTH_MAX = 8;
/** Fewer and larger than by default: each costs a turn of the event loop. */
const CHUNK_BYTES = 262_144;

/** A file that is opened when it is read, and again each time it is. */
export interface FoundSource extends Source {
  readonly bytes: number;
}

/** The files to read, each once whatever names it has; an error of the system where a path cannot be looked at. */
export function sourcesIn(paths: readonly string[]): FoundSource[] {
  const files = paths.flatMap((path) => (statSync(path).isDirectory() ? filesIn(path, DEPTH_MAX) : [path]));
  const found = new Map<string, FoundSource>();
  for (const path of files) {
    const { dev, ino, size, mtimeMs } = statSync(path, { bigint: true });
    const file = `${dev}:${ino}`;
    if (found.has(file)) continue;
    const read = path.endsWith(".gz") ? unpacked : plain;
    const chunks = { [Symbol.asyncIterator]: () => read(path) };
    found.set(file, { name: path, bytes: Number(size), modifiedAt: Number(mtimeMs), chunks });
  }
  return [...found.values()];
}

/** @throws LeaseError `ESTOREUNAVAILABLE` for what cannot be opened or read. */
async function* plain(path: string): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Uint8Array>;
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** @throws CutShortError for what is no gzip file, or ends within one; LeaseError `ESTOREUNAVAILABLE` for what cannot be read. */
async function* unpacked(path: string): AsyncGenerator<Uint8Array, void, void> {
  const gunzip = createGunzip();
  // Whoever reads `gunzip` meets every error of the chain there.
  pipeline(createReadStream(path), gunzip, () => {});
  try {
    yield* gunzip as AsyncIterable<Uint8Array>;
  } catch (cause) {
    const { code = "", message } = cause as NodeJS.ErrnoException;
    if (!code.startsWith("Z_")) throw unreadable(path, cause);
    throw new CutShortError(`gzip that breaks off: ${message}`, { cause });
  }
}

function unreadable(path: string, cause: unknown): LeaseError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new LeaseError("ESTOREUNAVAILABLE", `${quoteForDisplay(path)} cannot be read: ${why}`, {}, { cause });
}

function filesIn(directory: string, depth: number): string[] {
  const entries = readdirSync(directory, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  // The mirror beside a journal says nothing that the journal does not.
  const mirrors = new Set(entries.map(({ name }) => `${journal.exec(name)?.[1]}.json`));
  return entries.flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return depth > 0 && !entry.name.startsWith(".") ? filesIn(path, depth - 1) : [];
    const isWanted = readable.test(entry.name) && !mirrors.has(entry.name);
    return isWanted && (entry.isFile() || (entry.isSymbolicLink() && leadsToFile(path))) ? [path] : [];
  });
}

/** Links to folders are not followed, so none leads round. */
function leadsToFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch (error) {
    if (["ENOENT", "ELOOP"].includes(String((error as NodeJS.ErrnoException).code))) return false;
    throw error;
  }
}
