import type { LeaseEvent } from "./event.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import type { LeaseRecord } from "./record.ts";

/**
 * Reads a lease record that anyone may have written. Unknown fields are kept.
 * @throws SchemaError `EINVALID` with the path of the field, `ESCHEMAVERSION` for another major version.
 */
export function readLeaseRecord(value: unknown): LeaseRecord {
  return value as LeaseRecord;
}

/** As `readLeaseRecord`, for a journal event. */
export function readLeaseEvent(value: unknown): LeaseEvent {
  return value as LeaseEvent;
}

/** As `readLeaseRecord`, for a process identity. */
export function readProcessIdentity(value: unknown): ProcessIdentity {
  return value as ProcessIdentity;
}
