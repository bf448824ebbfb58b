import { LeaseError } from "@tenure/core";
import { LINE_FORMAT } from "@tenure/core/line-sum";
import { firstInEffect, follow, headAt } from "./chain.ts";
import type { Head, JournalLine } from "./chain.ts";
import { corrupt } from "./failure.ts";
import { splitLines, unendedLine } from "./line.ts";
import type { FoundLine } from "./line.ts";
import type { OpenFile } from "./open-file.ts";

/** Whose journal it must be. */
export interface Owner {
  readonly storeId: string;
  readonly name: string;
}

/** How far a segment was read. */
export interface Position {
  readonly head: Head;
  /** Where the head's line begins, and what stood from there to `end`, byte for byte: it must still stand there at the next look. */
  readonly headStart: number;
  readonly stood: Buffer;
  /** Up to where whole lines were read. */
  readonly end: number;
  /** Lines passed over: claims that came too late, torn writes, and what was never ours. */
  readonly voids: readonly FoundLine<JournalLine>[];
}

const WINDOW = 64 * 1024;

/** The state at the end of a segment, from as little of it as proves it. */
export function readTail(file: OpenFile, size: number, owner: Owner): Position {
  for (let window = WINDOW; ; window *= 4) {
    const start = Math.max(0, size - window);
    const bytes = file.read(start, size - start);
    const lines = splitLines<JournalLine>(bytes, start);
    const first = start === 0 ? 0 : firstInEffect(lines);
    const found = first === -1 ? undefined : lines[first];
    if (start === 0) refuseUnlessOpening(file.path, found, owner);
    if (found === undefined || found.line === null) continue;
    refuseNewer(file.path, found);
    const begun = { head: headAt(found.line, null), headStart: found.start, end: found.end };
    const position = readOn(file, begun, lines.slice(first + 1), bytes, start);
    if (position.head.record === null) continue;
    if (position.head.record.name !== owner.name)
      throw corrupt(file.path, `this is the journal of lease ${position.head.record.name}`, REPAIR);
    return position;
  }
}

/** Goes on over `lines`, which are part of `bytes` of the file from `offset`, as is the head's line. */
export function readOn(
  file: OpenFile,
  from: Pick<Position, "head" | "headStart" | "end">,
  lines: readonly FoundLine<JournalLine>[],
  bytes: Buffer,
  offset: number,
): Position {
  let { head, headStart, end } = from;
  const voids: FoundLine<JournalLine>[] = [];
  for (const found of lines) {
    refuseNewer(file.path, found);
    const next = found.line === null ? "void" : follow(head, found.line);
    if (next === "gap") throw linesLost(file, found.start, found.line, head);
    if (next === "void") voids.push(found);
    else {
      head = next;
      headStart = found.start;
    }
    end = found.end;
  }
  // It takes effect with the next writer, who would be refused for it only then.
  const unended = unendedLine<JournalLine>(bytes.subarray(end - offset));
  if (unended !== null && follow(head, unended) === "gap") throw linesLost(file, end, unended, head);
  return { head, headStart, stood: bytes.subarray(headStart - offset, end - offset), end, voids };
}

function refuseUnlessOpening(path: string, found: FoundLine<JournalLine> | undefined, owner: Owner): void {
  if (found === undefined || found.line === null)
    throw corrupt(`${path}, line 1`, "a journal begins here, and this is none of its lines", REPAIR);
  refuseNewer(path, found);
  const { storeId, name, record } = found.line.fields;
  if (storeId !== owner.storeId || name !== owner.name || record === undefined)
    throw corrupt(
      `${path}, line 1`,
      `this is the journal of lease ${name ?? "?"} of store ${storeId ?? "?"}, not of lease ${owner.name} of store ${owner.storeId}`,
      REPAIR,
    );
}

function refuseNewer(path: string, { line }: FoundLine<JournalLine>): void {
  if (line !== null && line.fields.v > LINE_FORMAT)
    throw new LeaseError(
      "ESCHEMAVERSION",
      `${path} is written in journal format ${line.fields.v}, and this build knows ${LINE_FORMAT}; install the version of tenure that wrote it`,
    );
}

/** Moving it away is safe: the floor keeps the epoch, and the next candidate waits as for a lost record. */
const REPAIR =
  "Put back a good copy, or move this file to another folder: then the next candidate waits for the longest lease duration known and leads with a higher epoch.";

function linesLost(file: OpenFile, start: number, line: FoundLine<JournalLine>["line"], { seq }: Head): LeaseError {
  return corrupt(
    place(file, start),
    `the line builds on one that is not there (number ${line?.fields.seq} after ${seq}), so lines were lost`,
    REPAIR,
  );
}

function place(file: OpenFile, offset: number): string {
  const before = file.read(0, offset);
  let line = 1;
  for (let at = before.indexOf(10); at !== -1; at = before.indexOf(10, at + 1)) line += 1;
  return `${file.path}, line ${line}`;
}
