import type { JournalLine } from "./journal-line.ts";
import { draftOf, drawFrom, endedBy, isTermOf, wordOn } from "./term-draft.ts";
import type { TermDraft } from "./term-draft.ts";
import type { Term } from "./term.ts";

/**
 * The terms a journal tells of, by lease in the order of first mention, then by epoch: who led, when, and how each term ended.
 *
 * The journal may be of several leases, may begin in the middle of a term, may lack lines, and may hold lines written afterwards
 * by a successor, also twice or out of order. A term that is only named by its successor is left out, since nothing says when it
 * began; its neighbours say that a line is missing.
 */
export function termsOf(lines: Iterable<JournalLine>): Term[] {
  const leases = new Map<string, Drafts>();
  for (const line of lines) {
    const drafts: Drafts = leases.get(line.record.name) ?? new Map();
    leases.set(line.record.name, drafts);
    readInto(drafts, line);
  }
  return [...leases.values()].flatMap(complete);
}

/** By epoch; of one epoch there is one, but where two processes had it. */
type Drafts = Map<number, TermDraft[]>;

function readInto(drafts: Drafts, line: JournalLine): void {
  const { epoch } = line.record;
  const draft = drafts.get(epoch)?.findLast((candidate) => isTermOf(candidate, line));
  if (draft !== undefined) return drawFrom(draft, line);
  const begun = draftOf(line);
  if (begun !== null) drafts.set(begun.epoch, [...(drafts.get(begun.epoch) ?? []), begun]);
}

function complete(drafts: Drafts): Term[] {
  const ordered = [...drafts.values()].flat().toSorted((a, b) => a.epoch - b.epoch);
  const terms: Term[] = [];
  for (const [index, draft] of ordered.entries()) {
    const before = terms.at(-1);
    const gapBeforeMs = before === undefined ? null : gapBetween(before, draft);
    terms.push({ ...endedBy(draft, ordered[index + 1]), gapBeforeMs });
  }
  return terms;
}

/** Unknown where the term before it is, or where how it ended is. */
function gapBetween(before: Term, draft: TermDraft): number | null {
  const isNext = draft.ended === null || wordOn(before, draft) !== null;
  return before.endTime === null || !isNext ? null : Date.parse(draft.acquireTime) - Date.parse(before.endTime);
}
