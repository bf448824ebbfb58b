import type { Case } from "./case.ts";
import type { ObservedTerm } from "./term.ts";
import { termAt } from "./terms.ts";

/** What "valid for" counts beyond the lease duration; `null` where nobody says how long a lease is valid. */
export function graceIn(own: Case, terms: readonly ObservedTerm[], leaseDurationMs: number): number | null {
  const graces = own.of("held-seen").flatMap(({ at, facts }) => {
    const term = termAt(terms, at);
    if (term === undefined || facts.holder !== term.holder || facts.remainingMs === undefined || at < term.lastRenewAt)
      return [];
    return [at + facts.remainingMs - term.lastRenewAt - leaseDurationMs];
  });
  // Whole seconds are cut off in the stamp and in what remains, so most of them say a little too little.
  const high = graces.toSorted((a, b) => a - b)[Math.floor(graces.length * 0.9)];
  return high === undefined ? null : Math.max(0, Math.round(high / 1_000) * 1_000);
}
