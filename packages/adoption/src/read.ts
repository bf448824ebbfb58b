import {
  DURATION_MAX_MS,
  IDENTITY_MAX_LENGTH,
  parseBoundedJson,
  parseStamp,
  quoteForDisplay,
  SchemaError,
} from "@tenure/schema/light";
import type { Adoption } from "./adoption.ts";
import { writtenAt } from "./locate.ts";

/** What a foreign leader file says. Nothing of it is proved. */
export interface ForeignLease {
  /** null: nobody leads. */
  readonly holderIdentity: string | null;
  readonly epoch: number;
  /** By the wall clock of whoever wrote it, since 1970; null if it was never renewed. */
  readonly lastHeartbeatMs: number | null;
  readonly leaseDurationMs: number;
}

/** Whether two looks at a file say the same. */
export function isSame(one: ForeignLease, other: ForeignLease): boolean {
  return (
    one.holderIdentity === other.holderIdentity &&
    one.epoch === other.epoch &&
    one.lastHeartbeatMs === other.lastHeartbeatMs &&
    one.leaseDurationMs === other.leaseDurationMs
  );
}

// Such a file may hold much that is not the lease's.
const bounds = { maxLength: 1_048_576, maxDepth: 32 };

/**
 * @throws SchemaError `EINVALID`, with the pointer of the field, if the text is no JSON, holds a key twice, is longer than
 * 1,048,576 characters, or a mapped field is absent or of another type; `EUSAGE` if the adoption holds no JSON pointers.
 */
export function readForeignLease(text: string, adoption: Adoption): ForeignLease {
  parseBoundedJson(text, bounds);
  return {
    holderIdentity: readHolder(text, adoption.holderIdentity),
    epoch: readCount(text, adoption.epoch, 0, Number.MAX_SAFE_INTEGER),
    lastHeartbeatMs: readTime(text, adoption.lastHeartbeat),
    leaseDurationMs: readCount(text, adoption.leaseDurationMs, 1, DURATION_MAX_MS),
  };
}

function readHolder(text: string, pointer: string): string | null {
  const value = valueOf(text, pointer);
  if (value === null || value === "") return null;
  if (typeof value === "string" && value.length <= IDENTITY_MAX_LENGTH) return value;
  return refuse(pointer, `a text of at most ${IDENTITY_MAX_LENGTH} characters, or null`);
}

function readCount(text: string, pointer: string, least: number, most: number): number {
  const value = valueOf(text, pointer);
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= least && value <= most) return value;
  return refuse(pointer, `a whole number from ${least} to ${most}`);
}

function readTime(text: string, pointer: string): number | null {
  const value = valueOf(text, pointer);
  if (value === null) return null;
  const timeMs = typeof value === "string" ? parseStamp(value) : value;
  // What Date cannot hold could not be written back in the form of the file.
  if (typeof timeMs === "number" && !Number.isNaN(new Date(timeMs).getTime())) return timeMs;
  return refuse(pointer, "a time: ISO 8601, or milliseconds since 1970, or null");
}

function valueOf(text: string, pointer: string): unknown {
  const written = writtenAt(text, pointer);
  if (written === null)
    throw new SchemaError(
      "EINVALID",
      pointer,
      `the file has no field ${quoteForDisplay(pointer)}; map the field it has`,
    );
  return JSON.parse(written);
}

function refuse(pointer: string, wanted: string): never {
  throw new SchemaError("EINVALID", pointer, `the field ${quoteForDisplay(pointer)} of the file is not ${wanted}`);
}
