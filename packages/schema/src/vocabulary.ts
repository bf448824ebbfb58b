/**
 * Words and alphabets, without zod: the schemas are made of them, and readers that must start fast use them alone.
 * Patterns count code points (flag `u`), as JSON Schema does.
 */

/** Written into every record and journal line by this build. A newer minor version only adds fields. */
export const SCHEMA_VERSION = "1.0";

/** Longest lease name, in characters. Leaves room for the suffixes of a store's files. */
export const LEASE_NAME_MAX_LENGTH = 128;

/** Longest holder identity, in code points. */
export const IDENTITY_MAX_LENGTH = 256;

/** Longest duration tenure takes: a leap year, in milliseconds. */
export const DURATION_MAX_MS: number = 366 * 24 * 3_600_000;

/** Of what a run wrote last this much is remembered, in code points. */
export const RUN_OUTPUT_MAX_LENGTH = 4096;

/**
 * An allow-list, since names become file names, keys and terminal output. Never starts with a dot or a dash, so a name is
 * neither hidden, nor `..`, nor an option.
 */
export const leaseNamePattern = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/u;
export const leaseNameRule =
  "a lease name is 1 to 128 letters, digits, '.', '_' and '-', and starts with a letter, a digit or '_'";

/** Control, format (bidi, zero-width), lone surrogate and line-separating characters are refused. */
export const holderIdentityPattern = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]{1,256}$/u;
export const holderIdentityRule =
  "an identity is 1 to 256 characters, none of them control, bidi, zero-width or line-separating";

/** The alphabet of an identity, longer. */
export const remarkPattern = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]{0,1024}$/u;
export const remarkRule =
  "a remark is at most 1024 characters, none of them control, bidi, zero-width or line-separating";

/** Changes of the record: each is one committed compare-and-swap and one line of the journal. */
export const transitionTypes = [
  "lease.acquired",
  "lease.taken_over",
  "lease.renewed",
  "lease.released",
  "lease.transfer_requested",
  "lease.transferred",
  "lease.revoked",
  "lease.paused",
  "lease.resumed",
] as const;

/** What a process tells of itself; published on its diagnostics channel, never written into the store. */
export const toldTypes = [
  "lease.renew_failed",
  "lease.jeopardy",
  "lease.safe",
  "lease.lost",
  "lease.fenced",
  "lease.epoch_regression",
  "lease.state_corrupt",
  "lease.identity_collision",
  "clock.suspended",
  "clock.stepped",
] as const;
