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

/** A holder that was silent beyond its deadline, and gave its term back when it could: it ran out all the same. */
export interface Lapse extends LateRenewal {
  /** From its deadline to its release nobody led. */
  readonly overdueMs: number;
}

/** What a journal tells of time: stamps of the holders' wall clocks, whose short steps it cannot tell from waits. */
export interface RecordedHistory {
  readonly name: string;
  readonly terms: readonly Term[];
  readonly renewals: number;
  readonly spanMs: number;
  /** Of the last term. The interval is no part of a record: it is estimated from the middle one of those seen. */
  readonly timing: Timing;
  readonly late: readonly LateRenewal[];
  readonly lapses: readonly Lapse[];
}

/** The few that are much shorter (after the start of a command) or longer (what this is about) do not move the middle one. */
const ENOUGH_INTERVALS = 10;

/** @returns `null` when there is no term in it. */
export function recordedHistory(lines: readonly JournalLine[]): RecordedHistory | null {
  const terms = termsOf(lines);
  const last = lines.findLast(({ record }) => record.holderIdentity !== null)?.record;
  const [first] = lines;
  if (terms.length === 0 || last === undefined || first === undefined) return null;
  const intervals = [...silencesIn(lines, "lease.renewed")];
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
    // Nobody renews past its deadline: the clock was set, or lines are lost.
    late: intervals.flatMap(({ epoch, time, ms, deadlineMs }) =>
      ms > longestMs && ms <= deadlineMs ? [{ epoch, time, lateMs: ms - longestMs }] : [],
    ),
    lapses: [...silencesIn(lines, "lease.released")].flatMap(({ epoch, time, ms, deadlineMs }) =>
      ms > deadlineMs ? [{ epoch, time, lateMs: Math.max(0, ms - longestMs), overdueMs: ms - deadlineMs }] : [],
    ),
  };
}

/** How slow it was, as far as the renewals show it: from send to send, an answer's own time is in none of them. */
export function slownessOf({ renewals, late, lapses }: RecordedHistory): Slowness {
  const latenessMs = [...late, ...lapses].reduce((most, { lateMs }) => Math.max(most, lateMs), 0);
  return { from: "history", samples: renewals, latencyMs: null, latenessMs: Math.ceil(latenessMs) };
}

interface Silence {
  readonly epoch: number;
  readonly time: string;
  readonly ms: number;
  /** D of the term. */
  readonly deadlineMs: number;
}

/** How long each holder had given no sign of life before it did this. */
function* silencesIn(lines: readonly JournalLine[], until: "lease.renewed" | "lease.released"): Generator<Silence> {
  let last = { epoch: -1, at: 0 };
  for (const { event, record } of lines) {
    const { epoch, renewDeadlineMs: deadlineMs } = record;
    const at = Date.parse(event.time);
    if (event.type === until && last.epoch === epoch)
      yield { epoch, time: event.time, ms: Math.max(0, at - last.at), deadlineMs };
    const isSignOfLife = /^lease\.(?:acquired|taken_over|renewed)$/u.test(event.type);
    if (isSignOfLife) last = { epoch, at };
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
