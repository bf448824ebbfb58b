import { follow, headAt } from "./chain.ts";
import type { Head, JournalLine } from "./chain.ts";
import { readSegment, segmentsOf } from "./journal-entries.ts";
import type { Journal } from "./journal.ts";
import { layout } from "./layout.ts";
import type { FoundLine } from "./line.ts";

/** What a whole journal looks like, read from its oldest kept line. */
export interface JournalReport {
  readonly segments: number;
  /** Lines in effect. */
  readonly lines: number;
  /** Claims that came too late: harmless, and a measure of contention. */
  readonly lateClaims: number;
  /** Lines that are none of ours: torn by a full disk or a power cut, or written by somebody who ignores the protocol. */
  readonly foreignLines: number;
  /** Each one sentence, with file and line. Empty for a sound journal. */
  readonly problems: readonly string[];
}

/** Follows the chain through every segment that is kept. */
export function verifyJournal(journal: Journal): JournalReport {
  const report = { segments: 0, lines: 0, lateClaims: 0, foreignLines: 0, problems: new Array<string>() };
  let head: Head | null = null;
  for (const number of segmentsOf(journal)) {
    report.segments += 1;
    const file = layout.segment(journal.owner.name, number);
    const found = readSegment(journal, number);
    if (found[0]?.line?.fields.record === undefined)
      report.problems.push(`${file}, line 1: a segment begins here, and this is none of its lines`);
    for (const [index, { line }] of found.entries()) {
      if (line === null) report.foreignLines += 1;
      else {
        const next: Head | "void" | "gap" = stepOver(head, line, index);
        if (next === "void") report.lateClaims += 1;
        else if (next === "gap") report.problems.push(`${file}, line ${index + 1}: builds on a line that is not there`);
        if (typeof next === "string") continue;
        head = next;
        report.lines += 1;
      }
    }
  }
  return report;
}

/** A segment's first line continues the one before, or begins anew after a loss. */
function stepOver(
  head: Head | null,
  line: NonNullable<FoundLine<JournalLine>["line"]>,
  index: number,
): Head | "void" | "gap" {
  if (head === null) return headAt(line, null);
  if (index > 0) return follow(head, line);
  return line.fields.prev === "" || line.fields.prev === head.sum ? headAt(line, head) : "gap";
}
