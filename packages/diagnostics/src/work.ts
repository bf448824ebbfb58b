import type { Evidence } from "./evidence.ts";
import type { Scene } from "./rule.ts";
import type { ObservedTerm } from "./term.ts";

/**
 * What a term's holder was seen to do for its lease from a moment on, until it leads again. A line that names nobody is the holder's only
 * as long as nobody else leads.
 */
export function workAfter({ own, terms }: Scene, term: ObservedTerm, from: number): Evidence[] {
  const again = terms.find(({ holder, acquiredAt }) => holder === term.holder && acquiredAt > term.acquiredAt);
  const until = again?.acquiredAt ?? Number.POSITIVE_INFINITY;
  return [...own.of("worked"), ...own.of("work-stopped"), ...own.of("fenced")]
    .filter(
      ({ at, facts }) =>
        at > from &&
        at < until &&
        (facts.holder === undefined ? at < term.nextAcquiredAt : facts.holder === term.holder),
    )
    .toSorted((a, b) => a.at - b.at);
}
