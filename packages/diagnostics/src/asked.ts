import { ByHolder } from "./by-holder.ts";
import type { Case } from "./case.ts";
import type { Evidence } from "./evidence.ts";
import { once } from "./once.ts";

/** How long an end may take: what is lost later was lost for another reason. */
const ENDING_MS = 60_000;

const requestsIn = once((own: Case) => new ByHolder(own.of("stop-asked"), { keyOf: ({ file }) => file }));

/**
 * The request to end after which a program says that it leads no more: that is no loss. A log whose order is by the second alone tells
 * what came first by its lines.
 */
export function askedBefore(own: Case, { file, line, at }: Evidence): Evidence | null {
  const asked = requestsIn(own).last(file, at + 1);
  return asked !== null && asked.line < line && at - asked.at <= ENDING_MS ? asked : null;
}

/** The same of whoever led in a span of time by the words of that log. One that was asked to end and says nothing more may lead on. */
export function askedIn(own: Case, file: string, from: number, until: number): Evidence | null {
  const ends = own.between("lost", from, until).filter((lost) => lost.file === file);
  return ends.map((lost) => askedBefore(own, lost)).find((asked) => asked !== null && asked.at >= from) ?? null;
}
