import type { DiagnosedTerm } from "@tenure/schema";
import { counted } from "./numbers.ts";

/** Which lease a term is of, for whoever prints terms: `null` where all are of one, so that its name would only be repeated. */
export function leaseShownOf(terms: readonly DiagnosedTerm[]): (term: DiagnosedTerm) => string | null {
  const isOfSeveral = new Set(terms.map(({ name }) => name)).size > 1;
  return ({ name }) => (isOfSeveral ? name : null);
}

export function notUnderstood(lines: number, file: string): string {
  return `${counted(lines, "line")} of ${file} ${lines === 1 ? "was" : "were"} not understood`;
}
