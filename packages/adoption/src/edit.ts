import { LeaseError } from "@tenure/core";
import type { Adoption } from "./adoption.ts";
import { locate } from "./locate.ts";
import { readForeignLease } from "./read.ts";

/** What is to change; what is absent stays. */
export interface ForeignLeaseEdit {
  readonly holderIdentity?: string | null;
  readonly epoch?: number;
  readonly lastHeartbeatMs?: number;
  readonly leaseDurationMs?: number;
}

/**
 * Writes fields into the text of a foreign leader file. All other characters stay as they are: white space, order, unknown
 * fields, numbers as they were written. The time keeps its form: a number stays one, all else becomes ISO 8601.
 * @throws SchemaError as `readForeignLease`, for the text as it is.
 * @throws LeaseError `EEPOCHREGRESSION` if the epoch would go back.
 */
export function editForeignLease(text: string, adoption: Adoption, edit: ForeignLeaseEdit): string {
  const { epoch } = readForeignLease(text, adoption);
  if (edit.epoch !== undefined && edit.epoch < epoch)
    throw new LeaseError(
      "EEPOCHREGRESSION",
      `the file is at epoch ${epoch}, and would go back to ${edit.epoch}; nothing was written`,
      {
        epoch,
      },
    );
  let edited = text;
  if (edit.holderIdentity !== undefined) edited = put(edited, adoption.holderIdentity, () => edit.holderIdentity);
  if (edit.epoch !== undefined && edit.epoch !== epoch) edited = put(edited, adoption.epoch, () => edit.epoch);
  const { leaseDurationMs, lastHeartbeatMs: timeMs } = edit;
  if (leaseDurationMs !== undefined) edited = put(edited, adoption.leaseDurationMs, () => leaseDurationMs);
  if (timeMs !== undefined)
    edited = put(edited, adoption.lastHeartbeat, (old) =>
      typeof old === "number" ? timeMs : new Date(timeMs).toISOString(),
    );
  return edited;
}

function put(text: string, pointer: string, valueAfter: (old: unknown) => unknown): string {
  const span = locate(text, pointer);
  // readForeignLease has found it in this very text.
  if (span === null) return text;
  const old: unknown = JSON.parse(text.slice(span.start, span.end));
  const value = valueAfter(old);
  // What says the same keeps how it was written.
  if (value === old) return text;
  return text.slice(0, span.start) + JSON.stringify(value) + text.slice(span.end);
}
