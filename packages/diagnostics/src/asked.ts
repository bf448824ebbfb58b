import { ByHolder } from "./by-holder.ts";
import type { Case } from "./case.ts";
import type { Evidence } from "./evidence.ts";
import { once } from "./once.ts";

/** How long an end may take: what is lost later was lost for another reason. */
const ENDING_MS = 60_000;

const requestsIn = once((own: Case) => new ByHolder(own.of("stop-asked"), { keyOf: ({ file }) => file }));

/**
 * Whether a program says that it leads no more because it was asked to end, which is no loss. A log whose order is by the second alone
 * tells what came first by its lines.
 */
export function isEnding(own: Case, { file, line, at }: Evidence): boolean {
  const asked = requestsIn(own).last(file, at + 1);
  return asked !== null && asked.line < line && at - asked.at <= ENDING_MS;
}

/** The last time that the program of a log was asked to end in a span of time, if it renewed no more after it. */
export function askedIn(
  own: Case,
  file: string,
  span: { from: number; until: number; lastRenewAt: number },
): Evidence | null {
  const asked = requestsIn(own).last(file, span.until);
  if (asked === null || asked.at < span.from) return null;
  return span.lastRenewAt - asked.at <= ENDING_MS ? asked : null;
}
