import { resolveTiming } from "@tenure/core";
import { termsOf, type JournalLine, type Term } from "@tenure/history";
import type { Slowness, Timing } from "@tenure/schema";

/** A renewal that came later than its holder's timing would have it. */
export interface LateRenewal {
  readonly epoch: number;
  readonly time: string;
  /** Beyond the longest interval that is ever drawn. */
  readonly lateMs: number;
}

/** What a journal tells of time: stamps of the holders' wall clocks, whose steps it cannot tell from waits. */
export interface RecordedHistory {
  readonly name: string;
  readonly terms: readonly Term[];
  readonly renewals: number;
  readonly spanMs: number;
  /** Of the last term. The interval is no part of a record: it is estimated from the middle one of those seen. */
  readonly timing: Timing;
  readonly late: readonly LateRenewal[];
}

/** The few that are much shorter (after the start of a command) or longer (what this is about) do not move the middle one. */
const ENOUGH_INTERVALS = 10;

/** @returns `null` when there is no term in it. */
export function recordedHistory(lines: readonly JournalLine[]): RecordedHistory | null {
  const terms = termsOf(lines);
  const last = lines.findLast(({ record }) => record.holderIdentity !== null)?.record;
  const [first] = lines;
  if (terms.length === 0 || last === undefined || first === undefined) return null;
  const intervals = [...intervalsIn(lines)];
  const { leaseDurationMs, renewDeadlineMs, lockDelayMs } = last;
  const settings = { leaseDurationMs, renewDeadlineMs, lockDelayMs };
  const usual = resolveTiming(settings);
  // Drawn evenly from [R, R·j].
  const middleMs = median(intervals.map(({ ms }) => ms)) / ((1 + usual.jitterFactor) / 2);
  const renewIntervalMs = intervals.length >= ENOUGH_INTERVALS ? Math.max(1, middleMs) : usual.renewIntervalMs;
  const timing: Timing = { ...usual, renewIntervalMs };
  const longestMs = renewIntervalMs * timing.jitterFactor;
  return {
    name: last.name,
    terms,
    renewals: intervals.length,
    spanMs: Math.max(0, Date.parse(lines.at(-1)?.event.time ?? "") - Date.parse(first.event.time)),
    timing,
    late: intervals.flatMap(({ epoch, time, ms }) => (ms > longestMs ? [{ epoch, time, lateMs: ms - longestMs }] : [])),
  };
}

/** How slow it was, as far as the renewals show it: from send to send, an answer's own time is in none of them. */
export function slownessOf({ renewals, late }: RecordedHistory): Slowness {
  const latenessMs = late.reduce((most, { lateMs }) => Math.max(most, lateMs), 0);
  return { from: "history", samples: renewals, latencyMs: null, latenessMs: Math.ceil(latenessMs) };
}

interface Interval {
  readonly epoch: number;
  readonly time: string;
  readonly ms: number;
}

function* intervalsIn(lines: readonly JournalLine[]): Generator<Interval> {
  let last = { epoch: -1, at: 0 };
  for (const { event, record } of lines) {
    const at = Date.parse(event.time);
    if (event.type === "lease.renewed" && last.epoch === record.epoch)
      yield { epoch: record.epoch, time: event.time, ms: Math.max(0, at - last.at) };
    const isSignOfLife = /^lease\.(?:acquired|taken_over|renewed)$/u.test(event.type);
    if (isSignOfLife) last = { epoch: record.epoch, at };
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
