import { proveTiming, resolveTiming } from "@tenure/core";
import type { Replayed, Timing, TimingSettings, WhatIfDocument } from "@tenure/schema";
import type { Lapse, LateRenewal, RecordedHistory } from "./recorded.ts";
import { overlapMs, spareMs, worstGapMs, writesPerHour } from "./worth.ts";

/**
 * A recorded history under other settings. What held a renewal up holds it up again, for as long, and its answer comes as soon; a lease that
 * would have run out is succeeded after what the proof says. A term that ran out in the record is over in both, unless its holder gave it back
 * on waking: how long the others stayed silent nobody wrote down.
 */
export function whatIf(history: RecordedHistory, settings: TimingSettings): WhatIfDocument {
  const { name, terms, renewals, spanMs, late, lapses } = history;
  const other = resolveTiming(settings);
  const lost = [...late, ...lapses]
    .filter(({ lateMs }) => lateMs > spareMs(other))
    .toSorted((a, b) => b.lateMs - a.lateMs);
  const ranOut = terms.filter(({ endReason }) => endReason === "expired").length;
  const isLonger = other.leaseDurationMs > history.timing.leaseDurationMs;
  return {
    name,
    terms: terms.length,
    renewals,
    spanMs,
    recorded: replayed(history, history.timing, { lost: [], lapses }),
    whatIf: replayed(history, other, { lost, lapses: [] }),
    lost: lost.map(({ epoch, time, lateMs }) => ({ epoch, time, lateMs: Math.round(lateMs) })),
    undecided: isLonger ? ranOut : 0,
    failing: proveTiming(other).flatMap(({ holds, rule }) => (holds ? [] : [rule])),
  };
}

/** `lapses` are those that stay as they were; what another timing makes of them is among `lost`, or no loss. */
function replayed(
  history: RecordedHistory,
  timing: Timing,
  { lost, lapses }: { readonly lost: readonly LateRenewal[]; readonly lapses: readonly Lapse[] },
): Replayed {
  const { terms, timing: recorded } = history;
  const lapsed = new Set(history.lapses.map(({ epoch }) => epoch));
  const overdueMs = new Map(lapses.map((lapse) => [lapse.epoch, lapse.overdueMs]));
  // Only a lease that had to run out is succeeded later or sooner by another timing.
  const longerMs = timing.leaseDurationMs + timing.lockDelayMs - recorded.leaseDurationMs - recorded.lockDelayMs;
  const gaps = terms.flatMap(({ gapBeforeMs }, at) => {
    const before = terms[at - 1];
    if (gapBeforeMs === null || before === undefined) return [];
    if (lapsed.has(before.epoch)) {
      const overdue = overdueMs.get(before.epoch);
      return overdue === undefined ? [] : [Math.max(0, gapBeforeMs + overdue)];
    }
    return [Math.max(0, gapBeforeMs + (before.endReason === "expired" ? longerMs : 0))];
  });
  // From its deadline on the holder begins nothing; the next one leads when the bound is over.
  const further = lost.map(() => Math.max(0, worstGapMs(timing) - timing.renewDeadlineMs));
  const all = [...gaps, ...further];
  return {
    timing,
    losses: terms.filter(({ endReason }) => endReason === "expired").length + lapses.length + lost.length,
    gapsMs: all.reduce((sum, gapMs) => sum + gapMs, 0),
    longestGapMs: all.reduce((most, gapMs) => Math.max(most, gapMs), 0),
    writesPerHour: writesPerHour(timing),
    overlapMs: overlapMs(timing),
  };
}
