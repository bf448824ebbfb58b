import { quoteForDisplay } from "./display.ts";
import { SchemaError } from "./schema-error.ts";
import { holderIdentityPattern, holderIdentityRule, leaseNamePattern, leaseNameRule } from "./vocabulary.ts";

export function isLeaseName(text: unknown): text is string {
  return typeof text === "string" && leaseNamePattern.test(text);
}

/** @throws SchemaError `EUSAGE`, with the name as far as it can be shown, and the rule. */
export function assertLeaseName(text: unknown): asserts text is string {
  if (!isLeaseName(text))
    throw new SchemaError("EUSAGE", "", `${quoteForDisplay(text)} is no lease name: ${leaseNameRule}`);
}

export function isHolderIdentity(text: unknown): text is string {
  return typeof text === "string" && holderIdentityPattern.test(text);
}

/** @throws SchemaError `EUSAGE`, with the identity as far as it can be shown, and the rule. */
export function assertHolderIdentity(text: unknown): asserts text is string {
  if (!isHolderIdentity(text)) {
    throw new SchemaError("EUSAGE", "", `${quoteForDisplay(text)} is no holder identity: ${holderIdentityRule}`);
  }
}
