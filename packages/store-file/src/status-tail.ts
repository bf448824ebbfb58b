import { closeSync, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { getuid } from "node:process";
import type { LeaseRecord } from "@tenure/schema";
import { firstInEffect, follow, headAt } from "./chain.ts";
import type { JournalLine } from "./chain.ts";
import { READ_FLAGS } from "./file-system.ts";
import { layout, numbersOf, parseSegment, segmentNumbers } from "./layout.ts";
import { decodeLine, FORMAT, splitLines } from "./line.ts";
import type { FoundLine } from "./line.ts";

/** A renewal is a few hundred bytes, and every 33rd line at the latest holds the whole record. */
const WINDOW = 32 * 1024;

export interface StatusTail {
  readonly storeId: string;
  readonly revision: string;
  /** Its checksum is proved; its shape is for the caller to validate. */
  readonly record: LeaseRecord;
}

/**
 * One lease as it stands, from a few small synchronous reads and with next to nothing loaded: for a command that must answer at
 * once. `null`: there is no such lease. `undefined`: nothing is wrong for certain, but this is not plain enough to tell here; open
 * the store, which tells or says what is wrong.
 */
export function readStatusTail(directory: string, name: string): StatusTail | null | undefined {
  try {
    const identity = decodeLine<{ storeId: string; floorDirectory: string; v: number }>(
      read(join(directory, layout.identity)).toString("utf8").trimEnd(),
    );
    if (identity === null || identity.fields.v !== FORMAT) return undefined;
    const { storeId, floorDirectory } = identity.fields;
    const shown = shownByFloor(floorDirectory, name);
    const newest = segmentNumbers(readdirSync(directory), name).at(-1);
    if (newest === undefined) return shown === 0 ? null : undefined;
    const tail = tailOf(read(join(directory, layout.segment(name, newest))));
    return tail === undefined || tail.record.epoch < shown ? undefined : { storeId, ...tail };
  } catch {
    return undefined;
  }
}

/** The leases of a folder, by name. */
export function listStatusTails(directory: string): readonly string[] {
  const names = readdirSync(directory).map((file) => parseSegment(file)?.name);
  return [...new Set(names.filter((name) => name !== undefined))].toSorted();
}

function tailOf(bytes: Buffer): Omit<StatusTail, "storeId"> | undefined {
  const lines = splitLines<JournalLine>(bytes, 0);
  const proven = firstInEffect(lines);
  // A journal of one line: nothing builds on it yet, but it is the first.
  const first = proven === -1 && bytes.length < WINDOW ? 0 : proven;
  const begun = lines[first]?.line;
  if (begun === null || begun === undefined) return undefined;
  let head = headAt(begun, null);
  for (const { line } of lines.slice(first + 1)) {
    if (line !== null && line.fields.v !== FORMAT) return undefined;
    const next = line === null ? "void" : follow(head, line);
    if (next === "gap") return undefined;
    if (next !== "void") head = next;
  }
  return head.record === null ? undefined : { revision: head.revision, record: head.record };
}

/** The highest epoch that the floor knows to have stood in the journal. */
function shownByFloor(directory: string, name: string): number {
  const newest = numbersOf(readdirSync(directory), `${name}.floor.`, ".jsonl").at(-1);
  if (newest === undefined) return 0;
  const lines: FoundLine<{ published?: number }>[] = splitLines(read(join(directory, layout.floor(name, newest))), 0);
  return Math.max(0, ...lines.map(({ line }) => line?.fields.published ?? 0));
}

/** The last part of a file of ours. */
function read(path: string): Buffer {
  const fd = openSync(path, READ_FLAGS);
  try {
    const facts = fstatSync(fd);
    if (!facts.isFile() || (getuid !== undefined && facts.uid !== getuid())) throw new Error(`${path} is not ours`);
    const buffer = Buffer.allocUnsafe(Math.min(facts.size, WINDOW));
    return buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, facts.size - buffer.length));
  } finally {
    closeSync(fd);
  }
}
