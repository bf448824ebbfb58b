import type { Case } from "./case.ts";
import type { Evidence } from "./evidence.ts";
import type { Scene } from "./rule.ts";
import type { ObservedTerm } from "./term.ts";
import { lastTermBefore, nextTermOf } from "./terms.ts";

/** Against what rests on the order of lines of several files: every machine has its own clock, and a time without a zone may be hours off. */
export const OF_SEVERAL_CLOCKS =
  "the lines that show it are of several files: a clock that is off, or a zone that is not written, would look the same";

/** Whether lines were written into one file, so that their order does not depend on several clocks. */
export function areOfOneFile(...lines: readonly (Evidence | null)[]): boolean {
  return new Set(lines.flatMap((line) => line?.file ?? [])).size <= 1;
}

interface WentOn {
  /** What shows that the term was over. */
  readonly over: Evidence;
  /** Of what went on, the first in that term. */
  readonly first: Evidence | null;
  readonly last: Evidence;
}

/**
 * Whether something went on after a term was over whatever the clocks of two files say: both are told in one file, or it went on for longer
 * than the term left time for. By another clock it may be of another term of the same holder.
 */
export function outlasts({ terms }: Scene, term: ObservedTerm, { over, first, last }: WentOn): boolean {
  if (areOfOneFile(over, last)) return true;
  if (first === null || !areOfOneFile(first, last) || !areOfOneFile(term.begin, over)) return false;
  const { holder, acquiredAt } = term;
  const leadsOnce = (lastTermBefore(terms, holder, acquiredAt) ?? nextTermOf(terms, holder, acquiredAt)) === undefined;
  return leadsOnce && last.at - first.at > over.at - acquiredAt;
}

/** Of these files those whose times name no zone, where the times of others do: in another zone than UTC they are hours apart. */
export function zonelessAmong({ zoned, zoneless }: Case, files: Iterable<string>): string[] {
  const all = [...new Set(files)];
  return all.some((file) => zoned.has(file)) ? all.filter((file) => zoneless.has(file) && !zoned.has(file)) : [];
}
