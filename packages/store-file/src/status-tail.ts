import { closeSync, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { getuid } from "node:process";
import type { Snapshot } from "@tenure/core";
import { LINE_FORMAT } from "@tenure/core/line-sum";
import type { LeaseRecord } from "@tenure/schema";
import { firstInEffect, follow, headAt } from "./chain.ts";
import type { JournalLine } from "./chain.ts";
import { refuseNetwork, standingDirectory } from "./directory.ts";
import { READ_FLAGS, systemFiles } from "./file-system.ts";
import { FloorNotes, type FloorLine } from "./floor-notes.ts";
import { layout, leaseNames, numbersOf, segmentNumbers } from "./layout.ts";
import { decodeLine, splitLines, unendedLine } from "./line.ts";
import type { FoundLine } from "./line.ts";
import type { StoreIdentity } from "./store-identity.ts";
import type { Owner } from "./tail.ts";

/** A renewal is a few hundred bytes, and every 33rd line at the latest holds the whole record. */
const WINDOW = 32 * 1024;

/**
 * One lease as it stands, as the store itself would tell it, from a few small synchronous reads and with next to nothing loaded: for
 * a command that must answer at once. The record's checksum is proved; its shape is for the caller to validate. `null`: there is no
 * such lease, and never was. `undefined`: nothing is wrong for certain, but this is not plain enough to tell here; open the store,
 * which tells or says what is wrong.
 */
export function readStatusTail(directory: string, name: string, bootId: string): Snapshot | null | undefined {
  try {
    refuseNetwork(systemFiles, standingDirectory(systemFiles, directory));
    const identity = identityOf(directory);
    if (identity === null) return undefined;
    const { storeId, floorDirectory } = identity;
    const floor = readFloor(floorDirectory, { storeId, name }, bootId);
    if (floor === undefined) return undefined;
    const newest = segmentNumbers(readdirSync(directory), name).at(-1);
    if (newest === undefined) return floor.issued === 0 ? null : undefined;
    const { issued, notes } = floor;
    const tail = tailOf(read(join(directory, layout.segment(name, newest))), { storeId, name });
    if (tail === undefined || tail.record.epoch < notes.published) return undefined;
    if (notes.isOfAnother(tail.record)) return undefined;
    const { epoch, leaseDurationMs, lockDelayMs } = tail.record;
    const epochFloor = Math.max(issued, epoch);
    const floorWaitMs = Math.max(notes.waitMs, leaseDurationMs + lockDelayMs);
    const { revision, record } = tail;
    return { name, storeId, revision, record, epochFloor, floorWaitMs };
  } catch {
    return undefined;
  }
}

/** The leases of a folder, by name; also those that only its floor still knows. */
export function listStatusTails(directory: string): readonly string[] {
  const files = readdirSync(directory);
  const identity = files.includes(layout.identity) ? identityOf(directory) : null;
  return leaseNames(files, identity === null ? [] : readdirSync(identity.floorDirectory));
}

function identityOf(directory: string): StoreIdentity | null {
  const line = decodeLine<StoreIdentity & { v: number }>(
    read(join(directory, layout.identity)).toString("utf8").trimEnd(),
  );
  return line?.fields.v === LINE_FORMAT ? line.fields : null;
}

function tailOf(bytes: Buffer, owner: Owner): { readonly revision: string; readonly record: LeaseRecord } | undefined {
  const lines = splitLines<JournalLine>(bytes, 0);
  const isWhole = bytes.length < WINDOW;
  const first = isWhole ? 0 : firstInEffect(lines);
  const begun = lines[first]?.line;
  if (begun === null || begun === undefined || (isWhole && !isOf(owner, begun.fields))) return undefined;
  let head = headAt(begun, null);
  for (const { line } of lines.slice(first + 1)) {
    if (line !== null && line.fields.v !== LINE_FORMAT) return undefined;
    const next = line === null ? "void" : follow(head, line);
    if (next === "gap") return undefined;
    if (next !== "void") head = next;
  }
  const unended = unendedLine<JournalLine>(bytes.subarray(lines.at(-1)?.end ?? 0));
  if (unended !== null && follow(head, unended) === "gap") return undefined;
  return head.record === null ? undefined : { revision: head.revision, record: head.record };
}

/** What the floor knows; `issued`: no epoch up to this one may be issued again. */
function readFloor(
  directory: string,
  owner: Owner,
  bootId: string,
): { readonly issued: number; readonly notes: FloorNotes } | undefined {
  const notes = new FloorNotes();
  let reservedElsewhere = 0;
  for (const reserved of numbersOf(readdirSync(directory), `${owner.name}.floor.`, ".jsonl")) {
    const lines: FoundLine<FloorLine>[] = splitLines(read(join(directory, layout.floor(owner.name, reserved))), 0);
    const fields = lines.flatMap(({ line }) => line?.fields ?? []);
    const [header] = fields;
    if (header === undefined || !isOf(owner, header)) return undefined;
    if (header.bootId !== bootId) reservedElsewhere = Math.max(reservedElsewhere, reserved);
    for (const line of fields) notes.take(line);
  }
  return { issued: Math.max(reservedElsewhere, notes.intended, notes.published), notes };
}

function isOf({ storeId, name }: Owner, first: Partial<Owner>): boolean {
  return first.storeId === storeId && first.name === name;
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
