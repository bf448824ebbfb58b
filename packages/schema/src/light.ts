/** The readers and words of the schema without zod: loads in a few milliseconds, for agents and fast commands. */
export { parseBoundedJson, type JsonBounds } from "./bounded-json.ts";
export { escapeForDisplay, quoteForDisplay } from "./display.ts";
export { formatDuration, parseDuration } from "./duration.ts";
export { failures, type FailureCode } from "./failure.ts";
export { assertHolderIdentity, assertLeaseName, isHolderIdentity, isLeaseName } from "./names.ts";
export { parseProgressOrigin, type ProgressOrigin } from "./progress-origin.ts";
export { redact, urlForDisplay } from "./redact.ts";
export { readLeaseEvent, readLeaseRecord, readProcessIdentity, readRun } from "./readers.ts";
export { SchemaError } from "./schema-error.ts";
export { parseStamp } from "./stamp.ts";
export {
  DURATION_MAX_MS,
  IDENTITY_MAX_LENGTH,
  LEASE_NAME_MAX_LENGTH,
  RUN_OUTPUT_MAX_LENGTH,
  SCHEMA_VERSION,
  toldTypes,
  transitionTypes,
} from "./vocabulary.ts";
