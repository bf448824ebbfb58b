import type { LineWritten, Observation, Visible } from "../observation.ts";
import { groupBy, only } from "../violation.ts";
import type { Invariant, Violation } from "../violation.ts";

type Written = Visible | LineWritten;

export const wholeJournal: Invariant = {
  id: "I8",
  promise: "readers see whole records; the journal is one chain with one line for each change, none before the change",
  restsOn: ["record-read", "line-written"],
  *check(history) {
    for (const read of only(history, "record-read"))
      if (!read.whole) yield broken([read, read], `a reader of ${read.lease} got a torn record`);
    const seen = only(history, "visible", "line-written");
    // A history without a single line is one in which no journal was looked at.
    const isKept = seen.some(({ kind }) => kind === "line-written");
    for (const written of groupBy(seen, ({ lease }) => lease).values()) {
      yield* unchained(only(written, "line-written"));
      if (isKept) yield* mismatched(written);
    }
  },
};

function* unchained(lines: readonly LineWritten[]): Generator<Violation> {
  for (const [index, line] of lines.entries()) {
    const before = lines[index - 1];
    if (before !== undefined && line.previous !== before.hash)
      yield broken(
        [before, line],
        `a line of ${line.lease} follows ${line.previous ?? "nothing"}, but ${before.hash} stands before it`,
      );
  }
}

/** The last change may still be without its line: its writer died, and nobody came after it to write it. */
function* mismatched(written: readonly Written[]): Generator<Violation> {
  const lines = new Map<string, LineWritten>();
  const changes = new Map<string, Visible>();
  for (const seen of written) {
    if (seen.kind === "visible") {
      changes.set(seen.nonce, seen);
      continue;
    }
    const twin = lines.get(seen.nonce);
    if (twin !== undefined) yield broken([twin, seen], `the journal of ${seen.lease} tells change ${seen.nonce} twice`);
    else if (!changes.has(seen.nonce))
      yield broken([seen, seen], `the journal of ${seen.lease} tells change ${seen.nonce} before it was there`);
    lines.set(seen.nonce, seen);
  }
  const last = [...changes.values()].at(-1);
  if (last === undefined) return;
  for (const change of changes.values())
    if (change !== last && !lines.has(change.nonce))
      yield broken([change, last], `the journal of ${change.lease} lacks change ${change.nonce}`);
}

function broken(facts: readonly [Observation, Observation], sentence: string): Violation {
  return { invariant: "I8", facts, sentence };
}
