import { LINE_FORMAT } from "@tenure/core/line-sum";
import type { LeaseEvent, LeaseRecord } from "@tenure/schema";
import { encodeLine } from "./line.ts";
import type { FoundLine, Sealed } from "./line.ts";

/**
 * One line of a journal. `prev` names the line it builds on, and it takes effect only if that is the line in effect where it
 * stands: of several that name the same one, the first in the file. That is the store's compare-and-swap. Appending is atomic
 * among processes, so they all see the same order, and no lock is ever held by a process that may be paused.
 */
export interface JournalLine {
  readonly v: number;
  readonly seq: number;
  /** The sum of the line before; empty where a journal begins. */
  readonly prev: string;
  /** In the first line of a segment: whose journal this is. */
  readonly storeId?: string;
  readonly name?: string;
  /** In the first line of a later segment: the revision of the record that it repeats. */
  readonly revision?: string;
  readonly event?: LeaseEvent;
  readonly record?: LeaseRecord;
  /** The fields that changed, for renewals. */
  readonly patch?: Partial<LeaseRecord>;
  /** Nothing takes effect in this file any more; the journal goes on in the segment of this number. */
  readonly seal?: number;
}

/** What is in effect after a line. */
export interface Head {
  readonly seq: number;
  readonly sum: string;
  /** Of the last line that changed the record. */
  readonly revision: string;
  /** `null` until a line with a whole record was met. */
  readonly record: LeaseRecord | null;
  readonly event: LeaseEvent | null;
  readonly sealedInto: number | null;
  /** Lines since the last whole record. */
  readonly patches: number;
}

/** A reader of the last few tens of kilobytes always finds a whole record. */
const PATCHES_MAX = 32;

/** The state after a line that is known to be in effect. */
export function headAt(line: Sealed<JournalLine>, before: Head | null): Head {
  const { fields, sum } = line;
  const bookkeeping = fields.seal !== undefined || fields.revision !== undefined;
  const own = `${fields.seq}.${sum}`;
  return {
    seq: fields.seq,
    sum,
    revision: fields.revision ?? (bookkeeping ? (before?.revision ?? own) : own),
    record: fields.record ?? patched(before?.record ?? null, fields.patch),
    event: fields.event ?? null,
    sealedInto: fields.seal ?? null,
    patches: fields.record === undefined ? (before?.patches ?? 0) + 1 : 0,
  };
}

/**
 * What a further line makes of the state. `void`: somebody else's claim came first. `gap`: it builds on a line that is not here,
 * so lines were lost.
 */
export function follow(head: Head, line: Sealed<JournalLine>): Head | "void" | "gap" {
  if (line.fields.seq <= head.seq || head.sealedInto !== null) return "void";
  return line.fields.prev === head.sum && line.fields.seq === head.seq + 1 ? headAt(line, head) : "gap";
}

/**
 * The first line of a window that is certainly in effect: one that a later line builds on, since writers build only on lines
 * in effect. -1: the window is too small to tell.
 */
export function firstInEffect(lines: readonly FoundLine<JournalLine>[]): number {
  const named = new Set(lines.flatMap(({ line }) => (line === null ? [] : [line.fields.prev])));
  return lines.findIndex(({ line }) => line !== null && named.has(line.sum));
}

/** A line of ours, ready to be appended. */
export interface Claim {
  readonly text: string;
  readonly sum: string;
  /** Of the record, once the line is in effect. */
  readonly revision: string;
}

/** A claim for the line after `head`; not `whole`: only what changes, now and then excepted. */
export function claim(head: Head, record: LeaseRecord, event: LeaseEvent, whole: boolean): Claim {
  const patch = whole || head.patches >= PATCHES_MAX ? null : changes(head.record, record);
  return build({
    v: LINE_FORMAT,
    seq: head.seq + 1,
    prev: head.sum,
    event,
    ...(patch === null ? { record } : { patch }),
  });
}

/** The first line of a journal that begins anew. */
export function opening(storeId: string, record: LeaseRecord, event: LeaseEvent): Claim {
  return build({ v: LINE_FORMAT, seq: 1, prev: "", storeId, name: record.name, event, record });
}

/** What is in effect after the last line of a segment. */
export interface SealedHead extends Head {
  readonly sealedInto: number;
}

export function isSealed(head: Head): head is SealedHead {
  return head.sealedInto !== null;
}

/** The last line of a segment, and what is in effect after it. */
export function seal(head: Head, next: number): Claim & { readonly sealed: SealedHead } {
  const line = build({ v: LINE_FORMAT, seq: head.seq + 1, prev: head.sum, seal: next });
  return { ...line, sealed: { ...head, seq: head.seq + 1, sum: line.sum, sealedInto: next } };
}

/** The first line of the segment after a sealed one. */
export function continuation(storeId: string, sealed: SealedHead): string {
  const { seq, sum: prev, revision, record } = sealed;
  if (record === null) throw new TypeError("a sealed segment holds a whole record in its first line");
  return build({ v: LINE_FORMAT, seq: seq + 1, prev, storeId, name: record.name, revision, record }).text;
}

function build(line: JournalLine): Claim {
  const { text, sum } = encodeLine(line);
  return { text, sum, revision: `${line.seq}.${sum}` };
}

/** `null`: a field was taken away, which a patch cannot say. */
function changes(before: LeaseRecord | null, after: LeaseRecord): Partial<LeaseRecord> | null {
  if (before === null || Object.keys(before).some((key) => !Object.hasOwn(after, key))) return null;
  const keys = Object.keys(after) as (keyof LeaseRecord)[];
  return Object.fromEntries(keys.filter((key) => !same(before[key], after[key])).map((key) => [key, after[key]]));
}

function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  return (
    typeof a === "object" &&
    typeof b === "object" &&
    a !== null &&
    b !== null &&
    JSON.stringify(a) === JSON.stringify(b)
  );
}

function patched(record: LeaseRecord | null, patch: Partial<LeaseRecord> | undefined): LeaseRecord | null {
  return record === null || patch === undefined ? record : { ...record, ...patch };
}
