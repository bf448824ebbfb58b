import type { LeaseEvent } from "./event.ts";
import { eventJsonSchema } from "./generated/event.ts";
import { processIdentityJsonSchema } from "./generated/process-identity.ts";
import { recordJsonSchema } from "./generated/record.ts";
import { runJsonSchema } from "./generated/run.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import type { LeaseRecord } from "./record.ts";
import type { Run } from "./run.ts";
import { SchemaError } from "./schema-error.ts";
import { validatorOf } from "./validator.ts";
import { SCHEMA_VERSION } from "./vocabulary.ts";

// Pure, so that a bundle which reads only records leaves the other schemas out.
const validateRecord = /* @__PURE__ */ validatorOf("lease record", recordJsonSchema);
const validateEvent = /* @__PURE__ */ validatorOf("lease event", eventJsonSchema);
const validateProcess = /* @__PURE__ */ validatorOf("process identity", processIdentityJsonSchema);
const validateRun = /* @__PURE__ */ validatorOf("run", runJsonSchema);

/**
 * Reads a lease record that anyone may have written. Returns the very value; unknown fields are in it still, so that a
 * rewrite keeps what a newer minor version added.
 * @throws SchemaError `EINVALID` with the path of the field, `ESCHEMAVERSION` for another major version.
 */
export function readLeaseRecord(value: unknown): LeaseRecord {
  checkMajorVersion(value, "lease record");
  validateRecord(value);
  return value as LeaseRecord;
}

/**
 * Reads a journal event, as `readLeaseRecord` does a record.
 * @throws SchemaError `EINVALID` with the path of the field.
 */
export function readLeaseEvent(value: unknown): LeaseEvent {
  validateEvent(value);
  return value as LeaseEvent;
}

/**
 * Reads a process identity, as `readLeaseRecord` does a record.
 * @throws SchemaError `EINVALID` with the path of the field.
 */
export function readProcessIdentity(value: unknown): ProcessIdentity {
  validateProcess(value);
  return value as ProcessIdentity;
}

/**
 * Reads a remembered run, as `readLeaseRecord` does a record.
 * @throws SchemaError `EINVALID` with the path of the field, `ESCHEMAVERSION` for another major version.
 */
export function readRun(value: unknown): Run {
  checkMajorVersion(value, "run");
  validateRun(value);
  return value as Run;
}

/** Comes before anything else is asked of what is versioned: what another major version means by its fields is unknown. */
function checkMajorVersion(value: unknown, what: string): void {
  const version = (value as { schemaVersion?: unknown } | null | undefined)?.schemaVersion;
  if (typeof version !== "string" || !/^\d{1,4}\.\d{1,6}$/u.test(version)) return;
  const [ours] = SCHEMA_VERSION.split(".");
  const [theirs] = version.split(".");
  if (theirs === ours) return;
  throw new SchemaError(
    "ESCHEMAVERSION",
    "/schemaVersion",
    `the ${what} has schema version ${version}, and this build reads ${ours}.x: ` +
      `install a release of tenure that reads ${theirs}.x (npm install @tenure/cli@latest); nothing was changed`,
  );
}
