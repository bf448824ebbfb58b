import { indexAfter, indexFrom } from "./numbers.ts";
import { once } from "./once.ts";
import type { ObservedTerm } from "./term.ts";

/** All terms of a scene, in the order of time. */
type Terms = readonly ObservedTerm[];

const byHolder = once((terms: Terms) => {
  const of = new Map<string, ObservedTerm[]>();
  for (const term of terms) {
    const own = of.get(term.holder) ?? [];
    of.set(term.holder, own);
    own.push(term);
  }
  return of;
});

/** The one that was in office then. */
export function termAt(terms: Terms, time: number): ObservedTerm | undefined {
  return terms[indexAfter(terms, time, beginOf) - 1];
}

/** The first that began at that very time. */
export function termBegunAt(terms: Terms, time: number): ObservedTerm | undefined {
  const term = terms[indexFrom(terms, time, beginOf)];
  return term?.acquiredAt === time ? term : undefined;
}

/** The last of a holder's terms that had begun by then. */
export function lastTermOf(terms: Terms, holder: string | undefined, time: number): ObservedTerm | undefined {
  const own = holder === undefined ? [] : (byHolder(terms).get(holder) ?? []);
  return own[indexAfter(own, time, beginOf) - 1];
}

/** The last that had begun before a time; of one holder where it is named. */
export function lastTermBefore(terms: Terms, holder: string | undefined, time: number): ObservedTerm | undefined {
  const own = holder === undefined ? terms : (byHolder(terms).get(holder) ?? []);
  return own[indexFrom(own, time, beginOf) - 1];
}

/** The first of a holder's terms that began after that. */
export function nextTermOf(terms: Terms, holder: string, time: number): ObservedTerm | undefined {
  const own = byHolder(terms).get(holder) ?? [];
  return own[indexAfter(own, time, beginOf)];
}

function beginOf({ acquiredAt }: ObservedTerm): number {
  return acquiredAt;
}
