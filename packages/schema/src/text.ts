import { z } from "zod";
import {
  holderIdentityPattern,
  holderIdentityRule,
  leaseNamePattern,
  leaseNameRule,
  remarkPattern,
  remarkRule,
} from "./vocabulary.ts";

/** Text by a pattern. The rule is its error message here, and its description in the JSON Schema. */
export function patternSchema(pattern: RegExp, rule: string): z.ZodString {
  return z.string().regex(pattern, rule).describe(rule);
}

/** The name of a lease. */
export const leaseNameSchema = patternSchema(leaseNamePattern, leaseNameRule);

/** Who holds a lease, as people know it. */
export const holderIdentitySchema = patternSchema(holderIdentityPattern, holderIdentityRule);

/** A short reason a person gave, or a piece of evidence. */
export const remarkSchema = patternSchema(remarkPattern, remarkRule);

/** New at each write; a taker watches it stand still. */
export const nonceSchema = patternSchema(/^[A-Za-z0-9_-]{8,64}$/u, "a nonce is 8 to 64 letters, digits, '_' and '-'");

/** An opaque machine-made identifier: a boot id, a namespace, an instance. */
export const machineTokenSchema = patternSchema(
  /^[\x21-\x7e]{1,128}$/u,
  "a machine token is 1 to 128 visible ASCII characters",
);

/** RFC 3339 in UTC, with `Z`. Written for people; it never decides anything. */
export const timeSchema = patternSchema(
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?Z$/u,
  "a time is RFC 3339 in UTC and ends with Z, as 2026-01-31T08:30:00.000Z",
);
