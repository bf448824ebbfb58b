import { readStored, textToStore } from "@tenure/core";
import type { LeaseEvent, LeaseRecord } from "@tenure/schema";
import { parseBoundedJson, readLeaseEvent, readLeaseRecord } from "@tenure/schema/light";

/** A message holds a record and an event, each within the bounds of a document. */
const bounds = { maxLength: 160_000, maxDepth: 18 };
const REVISION = /^(?<seq>\d{1,16})\.(?<nonce>.*)$/u;

/** Names one message: no other has both, also in a bucket that was restored or made anew, where sequence numbers come again. */
export interface Place {
  readonly seq: number;
  /** The nonce of a write, and of anything else when the server took it; empty where there is no message. */
  readonly nonce: string;
}

export interface Floor {
  readonly epoch: number;
  readonly waitMs: number;
}

/** One transition: record, floor and journal line in one. */
export interface Write {
  readonly storeId: string;
  /** The message it replaces. It counts only if that one stands right before it. */
  readonly after: Place;
  readonly floor: Floor;
  readonly event: LeaseEvent;
  readonly record: LeaseRecord;
}

/** What stands at one place for a lease. */
export interface Message {
  readonly place: Place;
  /** `removed`: by somebody, with the tools of NATS. A floor alone was put there by an operator. */
  readonly content: Write | { readonly floor: Floor } | "removed";
}

/** As the server keeps it. */
export interface Stored {
  readonly seq: number;
  readonly subject: string;
  /** When the server took it, as it says it. */
  readonly taken: string;
  /** Of a key-value bucket: what `nats kv del` and `nats kv purge` leave; empty for a value. */
  readonly operation: string;
  readonly text: string;
}

export const nowhere: Place = { seq: 0, nonce: "" };

export function isAt(place: Place, other: Place): boolean {
  return place.seq === other.seq && place.nonce === other.nonce;
}

export function revisionText({ seq, nonce }: Place): string {
  return `${seq}.${nonce}`;
}

/** `null` for what no NATS store wrote. */
export function readRevision(text: string): Place | null {
  const { seq, nonce } = REVISION.exec(text)?.groups ?? {};
  return seq === undefined || nonce === undefined ? null : { seq: Number(seq), nonce };
}

/** @throws LeaseError `EINVALID` for a write that every reader would refuse for its length or depth. */
export function textOf({ record, ...rest }: Write): string {
  textToStore(record.name, record);
  return JSON.stringify({ ...rest, record });
}

/** @throws LeaseError `ESTATECORRUPT`, `ESCHEMAVERSION` for what cannot be read. */
export function readMessage(name: string, stored: Stored): Message {
  const { seq, subject, operation, text } = stored;
  const place = placeOf(stored);
  if (operation !== "") return { place, content: "removed" };
  return readStored(`NATS at ${subject}, message ${seq}`, name, () => {
    const found = Object(parseBoundedJson(text, bounds)) as Readonly<Record<string, unknown>>;
    if (found["record"] === undefined) return { place, content: { floor: readFloor(found) } };
    const { storeId, after, floor, event, record } = found;
    const read: Write = {
      storeId: String(storeId),
      after: readPlace(after),
      floor: readFloor(floor),
      event: readLeaseEvent(event),
      record: readLeaseRecord(record),
    };
    return { place, content: read };
  });
}

function readPlace(found: unknown): Place {
  const { seq, nonce } = Object(found) as Readonly<Record<string, unknown>>;
  if (typeof nonce !== "string") throw new TypeError("it names no message that it replaces");
  return { seq: wholeNumber(seq), nonce };
}

function readFloor(found: unknown): Floor {
  const { epoch, waitMs } = Object(found) as Readonly<Record<string, unknown>>;
  return { epoch: wholeNumber(epoch), waitMs: wholeNumber(waitMs) };
}

function wholeNumber(found: unknown): number {
  if (typeof found !== "number" || !Number.isSafeInteger(found) || found < 0)
    throw new TypeError("it is no write of tenure, and no floor with epoch and waitMs as whole numbers");
  return found;
}

/** Where a message is, whatever else it says. */
export function placeOf({ seq, taken, operation, text }: Stored): Place {
  const foreign = { seq, nonce: `at-${taken.replaceAll(/\D/gu, "")}` };
  if (operation !== "") return foreign;
  try {
    const { record } = Object(parseBoundedJson(text, bounds)) as { readonly record?: { readonly nonce?: unknown } };
    return typeof record?.nonce === "string" ? { seq, nonce: record.nonce } : foreign;
  } catch {
    // It is none of tenure's, and none that anything names.
    return foreign;
  }
}

/** An older message that cannot be read is one that somebody put there, and that somebody else has replaced since. */
export function readOlder(name: string, stored: Stored): Message {
  try {
    return readMessage(name, stored);
  } catch {
    return { place: placeOf(stored), content: "removed" };
  }
}
