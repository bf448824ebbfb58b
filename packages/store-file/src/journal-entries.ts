import { join } from "node:path";
import type { JournalEntry } from "@tenure/core";
import type { LeaseRecord } from "@tenure/schema";
import { follow, headAt } from "./chain.ts";
import type { Head, JournalLine } from "./chain.ts";
import { attempt } from "./failure.ts";
import type { FileSystem } from "./file-system.ts";
import type { Journal } from "./journal.ts";
import { parseSegment, segmentNumbers, segmentPath } from "./layout.ts";
import { splitLines } from "./line.ts";
import type { FoundLine } from "./line.ts";
import { openOwnFile } from "./open-file.ts";

/** One segment's whole lines, oldest first. */
export function readSegment(journal: Journal, number: number): FoundLine<JournalLine>[] {
  const file = openOwnFile(journal.files, segmentPath(journal.directory, journal.owner.name, number), "read");
  // Removed for its age since it was listed.
  if (file === null) return [];
  try {
    const { size } = attempt(`look at ${file.path}`, () => journal.files.fstat(file.fd));
    return splitLines<JournalLine>(file.read(0, size), 0);
  } finally {
    file.release();
  }
}

export function segmentsOf(journal: Journal): number[] {
  const { files, directory, owner } = journal;
  return segmentNumbers(
    attempt(`list ${directory}`, () => files.list(directory)),
    owner.name,
  );
}

/** What took effect, oldest first, as far as it is kept. What is damaged is passed over here, and told by `verify`. */
export function* readEntries(journal: Journal, after?: string): Generator<JournalEntry> {
  let from: string | undefined = after;
  // A revision that is not kept any more lies before all that is.
  if (after !== undefined && ![...entries(journal)].some(({ revision }) => revision === after)) from = undefined;
  for (const entry of entries(journal)) {
    if (from === undefined) yield entry;
    else if (entry.revision === from) from = undefined;
  }
}

function* entries(journal: Journal): Generator<JournalEntry> {
  let head: Head | null = null;
  for (const number of segmentsOf(journal)) {
    for (const [index, { line }] of readSegment(journal, number).entries()) {
      if (line === null) continue;
      const next: Head | "void" | "gap" = index === 0 || head === null ? headAt(line, head) : follow(head, line);
      if (typeof next === "string") continue;
      head = next;
      const record: LeaseRecord | null = head.record;
      if (head.event !== null && record !== null) yield { revision: head.revision, event: head.event, record };
    }
  }
}

/** What the journals of a folder say about whose they are, should every other word on it be lost. */
export function storeIdInJournals(files: FileSystem, directory: string): string | null {
  for (const name of files.list(directory).filter((file) => parseSegment(file) !== null)) {
    const file = openOwnFile(files, join(directory, name), "read");
    if (file === null) continue;
    const [first] = splitLines<JournalLine>(file.read(0, Math.min(file.facts.size, 64 * 1024)), 0);
    file.release();
    if (first?.line?.fields.storeId !== undefined) return first.line.fields.storeId;
  }
  return null;
}
