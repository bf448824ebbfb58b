import { ByHolder } from "./by-holder.ts";
import type { Case } from "./case.ts";
import { outlasts } from "./clocks.ts";
import type { Evidence } from "./evidence.ts";
import { once } from "./once.ts";
import type { Scene } from "./rule.ts";
import type { ObservedTerm } from "./term.ts";
import { nextTermOf } from "./terms.ts";

const worksIn = once((own: Case) => {
  const all = [...own.of("worked"), ...own.of("work-stopped"), ...own.of("fenced")];
  return {
    named: new ByHolder(all.filter(({ facts }) => facts.holder !== undefined)),
    unnamed: new ByHolder(all.filter(({ facts }) => facts.holder === undefined)),
  };
});

/** The first thing that a term's holder was seen to do in office. */
function firstWorkOf({ own }: Scene, { holder, acquiredAt, nextAcquiredAt }: ObservedTerm): Evidence | null {
  const { named, unnamed } = worksIn(own);
  const first = [unnamed.first("", acquiredAt), named.first(holder, acquiredAt)]
    .filter((each) => each !== null)
    .filter(({ at }) => at < nextAcquiredAt);
  return first.toSorted((a, b) => a.at - b.at)[0] ?? null;
}

/**
 * The last thing that a term's holder was seen to do for its lease after a moment, until it leads again. A line that names nobody is the
 * holder's only as long as nobody else leads.
 */
export function lastWorkAfter({ own, terms }: Scene, term: ObservedTerm, after: number): Evidence | undefined {
  const { named, unnamed } = worksIn(own);
  const until = nextTermOf(terms, term.holder, term.acquiredAt)?.acquiredAt ?? Number.POSITIVE_INFINITY;
  const last = [unnamed.last("", Math.min(until, term.nextAcquiredAt)), named.last(term.holder, until)]
    .filter((each) => each !== null)
    .filter(({ at }) => at > after);
  return last.toSorted((a, b) => a.at - b.at).at(-1);
}

/** Whether work outlasted its office whatever the clocks of two files say. */
export function workOutlasts(scene: Scene, term: ObservedTerm, over: Evidence, last: Evidence): boolean {
  return outlasts(scene, term, { over, first: firstWorkOf(scene, term), last });
}
