import { hash } from "node:crypto";

/** Of the lines that a file store writes; a later format may be sealed in another way. */
const FORMAT = 1;
const SUM_LENGTH = 22;

/**
 * Whether a line says what a file store wrote. The store's own rule is of its bytes: all before the checksum. Here it is asked of what
 * was read from them, written again as the store writes, so that what a rule goes by is what was proved, also of a journal that was laid
 * out for people.
 *
 * The rule is known in two places. It would belong into `@tenure/history`, beside the journal's shape, which both may import; the
 * stores must not move for it now, and diagnostics never imports one. Tests of the command hold the two together: they read here what
 * the store wrote.
 */
export function isProved({ sum, ...fields }: Readonly<Record<string, unknown>>): boolean {
  const body = JSON.stringify(fields).slice(0, -1);
  return fields["v"] === FORMAT && hash("sha256", body, "base64url").slice(0, SUM_LENGTH) === sum;
}
