import { z } from "zod";
import {
  holderIdentityPattern,
  holderIdentityRule,
  leaseNamePattern,
  leaseNameRule,
  remarkPattern,
  remarkRule,
} from "./vocabulary.ts";

/** The name of a lease. */
export const leaseNameSchema = z.string().regex(leaseNamePattern, leaseNameRule);

/** Who holds a lease, as people know it. */
export const holderIdentitySchema = z.string().regex(holderIdentityPattern, holderIdentityRule);

/** A short reason a person gave, or a piece of evidence. */
export const remarkSchema = z.string().regex(remarkPattern, remarkRule);

/** New at each write; a taker watches it stand still. */
export const nonceSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{8,64}$/u, "a nonce is 8 to 64 letters, digits, '_' and '-'");

/** RFC 3339 in UTC, with `Z`. Written for people; it never decides anything. */
export const timeSchema = z
  .string()
  .regex(
    /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?Z$/u,
    "a time is RFC 3339 in UTC and ends with Z",
  );
