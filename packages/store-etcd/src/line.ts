import type { LeaseEvent, LeaseRecord } from "@tenure/schema";
import { parseBoundedJson, readLeaseEvent, readLeaseRecord } from "@tenure/schema/light";

/** A line holds a record and an event, each within the bounds of a document. */
const lineBounds = { maxLength: 140_000, maxDepth: 18 };

/** What a line of the journal holds. */
export function readLine(text: string): { readonly event: LeaseEvent; readonly record: LeaseRecord } {
  const { event, record } = Object(parseBoundedJson(text, lineBounds)) as Readonly<Record<string, unknown>>;
  return { event: readLeaseEvent(event), record: readLeaseRecord(record) };
}
