import type { Granted, Observation, Renewed } from "./observation.ts";
import { only } from "./violation.ts";

/** From `from` to before `until`, this term's holder might begin something. */
export interface Validity {
  readonly term: string;
  readonly from: number;
  readonly until: number;
  readonly fact: Granted | Renewed;
}

/** Tells terms apart, whatever is in the names. */
export function termOf({ lease, holder, epoch }: { lease: string; holder: string; epoch: number }): string {
  return `${epoch} ${holder.length} ${holder}${lease}`;
}

/** What each holder believed, as intervals: from what it learned to its deadline, its end, or the next renewal. */
export function validities(history: readonly Observation[]): Validity[] {
  const open = new Map<string, Granted | Renewed>();
  const closed: Validity[] = [];
  const close = (term: string, at: number): void => {
    const fact = open.get(term);
    if (fact === undefined) return;
    open.delete(term);
    closed.push({ term, from: fact.at, until: Math.min(fact.validUntil, at), fact });
  };
  for (const seen of only(history, "granted", "renewed", "ended")) {
    const term = termOf(seen);
    // An older renewal that was found out later takes nothing away.
    if (seen.kind === "renewed" && seen.validUntil <= (open.get(term)?.validUntil ?? 0)) continue;
    close(term, seen.at);
    if (seen.kind !== "ended") open.set(term, seen);
  }
  for (const term of open.keys()) close(term, Number.POSITIVE_INFINITY);
  return closed.filter(({ from, until }) => from < until).toSorted((a, b) => a.from - b.from);
}
