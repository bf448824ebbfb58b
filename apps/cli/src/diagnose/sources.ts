import { createReadStream, readdirSync, statSync, type Dirent } from "node:fs";
import { join } from "node:path";
import { LeaseError } from "@tenure/core";
import { CutShortError, type Source } from "@tenure/diagnostics";
import { quoteForDisplay } from "@tenure/schema/light";
import { gunzipped, NotPackedError } from "./gzip.ts";

/** What is read of a folder, also rotated, by number or by date, and packed; what is packed in another way than gzip is named as not read. A file that is named is read whatever its name. */
const readable =
  /(?:\.(?:log|jsonl|ndjson|json|txt|out|err|export|pid|ya?ml)|(?:^|\/)(?:syslog|messages))(?:[.-]\d{1,10}(?:-\d{2}){0,2})?(?:\.(?:gz|xz|zst|bz2|lz4))?$/u;
const journal = /^(.*)\.journal(?:\.\d+)?\.jsonl$/u;
const DEPTH_MAX = 8;
/** Fewer and larger than by default: each costs a turn of the event loop. */
const CHUNK_BYTES = 262_144;

const LINE_FEED = 0x0a;

/** A name need be no text: then it is bytes. */
type Path = string | Buffer;

/** A file that is opened when it is read, and again each time it is. */
export interface FoundSource extends Source {
  readonly bytes: number;
  /** Whether it tells everything only once, as a pipe does. */
  readonly once?: true;
}

interface Found {
  readonly path: Path;
  /** As it was looked at; 0 where that says nothing. */
  readonly size: number;
  /** Whether it was asked for by name, and not found in a folder. */
  readonly isNamed: boolean;
}

/** The files to read, each once whatever names it has; an error of the system where a path cannot be looked at. */
export function sourcesIn(paths: readonly string[]): FoundSource[] {
  const found = new Map<string, FoundSource>();
  for (const named of paths)
    for (const path of statSync(named).isDirectory() ? filesIn(named, DEPTH_MAX) : [named]) {
      const facts = statSync(path, { bigint: true, throwIfNoEntry: path === named });
      const file = facts === undefined ? null : `${facts.dev}:${facts.ino}`;
      if (facts === undefined || file === null || found.has(file)) continue;
      const size = facts.isFile() ? Number(facts.size) : 0;
      const read = path.toString().endsWith(".gz") ? unpacked : plain;
      const chunks = { [Symbol.asyncIterator]: () => read({ path, size, isNamed: path === named }) };
      const once = facts.isFile() ? {} : ({ once: true } as const);
      found.set(file, { name: path.toString(), bytes: size, modifiedAt: Number(facts.mtimeMs), chunks, ...once });
    }
  return [...found.values()];
}

/**
 * What stood there when it was looked at, to the end of its last line: another program may write faster than this one reads.
 * @throws CutShortError for what was found and is gone; LeaseError `ESTOREUNAVAILABLE` for what cannot be opened or read.
 */
async function* plain({ path, size, isNamed }: Found): AsyncGenerator<Uint8Array, void, void> {
  let left = size;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Uint8Array>) {
      const end = size > 0 && left <= chunk.length ? chunk.indexOf(LINE_FEED, Math.max(0, left - 1)) : -1;
      left -= chunk.length;
      yield end === -1 ? chunk : chunk.subarray(0, end + 1);
      if (end !== -1) return;
    }
  } catch (cause) {
    throw unreadable(path, cause, isNamed);
  }
}

/** @throws CutShortError for what is no gzip file, ends within one or has something else behind it, or was found and is gone; LeaseError `ESTOREUNAVAILABLE` for what cannot be read. */
async function* unpacked({ path, size, isNamed }: Found): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* gunzipped(path, size > 0 ? size - 1 : undefined);
  } catch (cause) {
    if (!(cause instanceof NotPackedError)) throw unreadable(path, cause, isNamed);
    throw new CutShortError(`gzip that breaks off: ${cause.message}, at byte ${cause.bytes}`, { cause });
  }
}

/** Logs are rotated while they are read: what is gone by then is no fault. */
function unreadable(path: Path, cause: unknown, isNamed: boolean): Error {
  if (!isNamed && isGone(cause)) return new CutShortError("gone since the folder was listed", { cause });
  const why = cause instanceof Error ? cause.message : String(cause);
  return new LeaseError(
    "ESTOREUNAVAILABLE",
    `${quoteForDisplay(path.toString())} cannot be read: ${why}`,
    {},
    { cause },
  );
}

function isGone(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR", "ELOOP"].includes(String((error as NodeJS.ErrnoException).code));
}

function filesIn(directory: Path, depth: number): Path[] {
  const entries = listed(directory, depth === DEPTH_MAX)
    .map((entry) => ({ entry, name: entry.name.toString() }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  // The mirror beside a journal says nothing that the journal does not.
  const mirrors = new Set(entries.map(({ name }) => `${journal.exec(name)?.[1]}.json`));
  return entries.flatMap(({ entry, name }) => {
    const path = within(directory, entry.name);
    if (entry.isDirectory()) return depth > 0 && !name.startsWith(".") ? filesIn(path, depth - 1) : [];
    const isWanted = readable.test(name) && !mirrors.has(name);
    return isWanted && (entry.isFile() || (entry.isSymbolicLink() && leadsToFile(path))) ? [path] : [];
  });
}

function listed(directory: Path, isNamed: boolean): Dirent<Buffer>[] {
  try {
    return readdirSync(directory, { withFileTypes: true, encoding: "buffer" });
  } catch (error) {
    if (isNamed || !isGone(error)) throw error;
    return [];
  }
}

/** A text where that is possible: what is shown is then what can be typed. */
function within(directory: Path, name: Buffer): Path {
  const text = name.toString();
  if (typeof directory === "string" && Buffer.from(text).equals(name)) return join(directory, text);
  return Buffer.concat([typeof directory === "string" ? Buffer.from(directory) : directory, Buffer.from("/"), name]);
}

/** Links to folders are not followed, so none leads round. */
function leadsToFile(path: Path): boolean {
  try {
    return statSync(path).isFile();
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}
