import { validities } from "@tenure/history";
import type { Outcome } from "../schedule/run-plan.ts";

/** When nobody led, of one schedule: from the first leader to the last look. Times of the schedule, in milliseconds. */
export interface Leaderless {
  readonly longestMs: number;
  readonly totalMs: number;
  /** Terms that were lost while their holder lived and wanted to lead on. */
  readonly losses: number;
}

/** Who cannot act leads nobody, whatever its lease says. It is the one that led before `ledFromMs`, if anybody did. */
export interface Standstill {
  readonly ledFromMs: number;
  readonly fromMs: number;
  readonly untilMs: number;
}

export function leaderless({ history }: Outcome, standstill: Standstill | null): Leaderless {
  const quiet = history.find((seen) => seen.kind === "quiet");
  const first = history.find((seen) => seen.kind === "granted");
  const untilMs = quiet === undefined ? 0 : quiet.at + quiet.withinMs;
  const spans = validities(history).flatMap((span) =>
    standstill !== null && first !== undefined && first.at < standstill.ledFromMs && span.fact.epoch === first.epoch
      ? without(span, standstill)
      : [span],
  );
  let ledUntilMs = Math.min(untilMs, spans[0]?.from ?? untilMs);
  const gaps: number[] = [];
  for (const { from, until } of [...spans, { from: untilMs, until: untilMs }].toSorted((a, b) => a.from - b.from)) {
    if (from > untilMs) break;
    if (from > ledUntilMs) gaps.push(from - ledUntilMs);
    ledUntilMs = Math.max(ledUntilMs, until);
  }
  const lost = history.filter((seen) => seen.kind === "ended" && seen.at <= untilMs && !GOOD_ENDS.has(seen.reason));
  return { longestMs: Math.max(0, ...gaps), totalMs: gaps.reduce((sum, gapMs) => sum + gapMs, 0), losses: lost.length };
}

const GOOD_ENDS: ReadonlySet<string> = new Set(["released", "transferred", "died"]);

function without(
  { from, until }: { readonly from: number; readonly until: number },
  { fromMs, untilMs }: Standstill,
): { from: number; until: number }[] {
  const parts = [
    { from, until: Math.min(until, fromMs) },
    { from: Math.max(from, untilMs), until },
  ];
  return parts.filter((part) => part.from < part.until);
}
