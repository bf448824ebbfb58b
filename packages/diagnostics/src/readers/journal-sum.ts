import { LINE_FORMAT, lineBody, lineSum } from "@tenure/core/line-sum";

/**
 * Whether a line says what a file store wrote. The store asks that of its bytes. Here it is asked of what was read from them, written again
 * as the store writes, so that what a rule goes by is what was proved, also of a journal that was laid out for people.
 */
export function isProved({ sum, ...fields }: Readonly<Record<string, unknown>>): boolean {
  return fields["v"] === LINE_FORMAT && lineSum(lineBody(fields)) === sum;
}
