import { LeaseError, proveTiming, resolveTiming } from "@tenure/core";
import type { AdviceDocument, Slowness, Timing, TimingSettings } from "@tenure/schema";
import { DURATION_MAX_MS, formatDuration } from "@tenure/schema/light";
import { isSafe, ridesOut, worstGapMs, writesPerHour } from "./worth.ts";

/** What is wanted, and what is known of the place. */
export interface Wish {
  /** Nobody may lead for longer than this, whatever happens to a holder. */
  readonly gapMs: number;
  readonly slowness?: Slowness | null;
  /** What the user's world is like and no advice changes: how long work takes to stop, the lock delay, the clocks. */
  readonly facts?: Pick<
    TimingSettings,
    "stopTimeoutMs" | "lockDelayMs" | "jitterFactor" | "clockRateError" | "clockGranularityMs"
  >;
  /** How long work may report no progress before it counts as hung. */
  readonly stallMs?: number;
}

/** What was measured is not the slowest there is: twice as much is allowed for. */
const LATENCY_ALLOWANCE = 2;
/**
 * How often is renewed: as usual for the lease duration, or the fewest writes with which so many renewals in a row may fail. The first
 * that keeps the gap is taken. With each, what is safe at one lease duration is safe at all longer ones, and a longer one keeps a longer
 * gap; from one to the next the gap jumps.
 */
const PACES = ["usual", 2, 1] as const;
type Pace = (typeof PACES)[number];

/**
 * The safe settings that keep a gap at the least cost: the longest lease duration that does, since each shorter one writes more and rides
 * out less. Whether they are safe and what gap they keep is asked of core's proof alone.
 * @throws LeaseError `ECONFIG` for a fact that is no number in its range, `EUNSAFETIMING` where no gap at all can be kept.
 */
export function adviseTiming(wish: Wish): AdviceDocument {
  const { gapMs, slowness = null, stallMs } = wish;
  if (!(gapMs > 0 && gapMs <= DURATION_MAX_MS))
    throw new LeaseError("ECONFIG", "a gap is above 0 and at most 366 days");
  const shortest = PACES.map((pace) => ({
    pace,
    leastMs: smallestWhere((leaseDurationMs) => settingsFor(leaseDurationMs, pace, wish) !== null),
  }));
  const smallestGapMs = Math.min(...shortest.map(({ pace, leastMs }) => gapOf(leastMs, pace, wish)));
  if (smallestGapMs > DURATION_MAX_MS)
    throw new LeaseError(
      "EUNSAFETIMING",
      `no gap up to ${formatDuration(DURATION_MAX_MS)} can be kept with ${inTheWay(wish).join(", ")}`,
    );
  const refused = { wantedGapMs: gapMs, smallestGapMs, slowness, settings: null, timing: null };
  const kept = shortest.find(({ pace, leastMs }) => gapOf(leastMs, pace, wish) <= gapMs);
  if (kept === undefined) return { ...refused, lines: [], writesPerHour: null, ridesOut: null };
  const { pace, leastMs } = kept;
  const tooLong = smallestWhere(
    (leaseDurationMs) => leaseDurationMs > leastMs && gapOf(leaseDurationMs, pace, wish) > gapMs,
  );
  const settings = settingsFor(roundDown(tooLong - 1, leastMs), pace, wish) ?? {};
  const timing = resolveTiming(settings);
  return {
    ...refused,
    settings,
    timing,
    lines: proveTiming(timing, { ...(stallMs !== undefined && { stallMs }) }).map((line) => ({ ...line })),
    writesPerHour: writesPerHour(timing),
    ridesOut: ridesOut(timing),
  };
}

/** What the user's world is like, as far as it was said. */
function inTheWay({ facts = {}, slowness, stallMs = 0 }: Wish): string[] {
  const { latencyMs, latenessMs } = slowness ?? {};
  return [
    ...Object.entries(facts).map(([key, value = 0]) =>
      key.endsWith("Ms") ? `${key.slice(0, -2)} ${formatDuration(value)}` : `${key} ${value}`,
    ),
    ...(latencyMs ? [`answers within ${formatDuration(latencyMs)}`] : []),
    ...(latenessMs ? [`renewals up to ${formatDuration(latenessMs)} late`] : []),
    ...(stallMs > 0 ? [`a stall of ${formatDuration(stallMs)}`] : []),
  ];
}

/** `null`: with this lease duration, renewed so often, it is not safe here. */
function settingsFor(leaseDurationMs: number, pace: Pace, { facts = {}, slowness }: Wish): TimingSettings | null {
  const usual: TimingSettings = { leaseDurationMs, ...facts };
  const needed = LATENCY_ALLOWANCE * (slowness?.latencyMs ?? 0);
  const settings =
    needed > resolveTiming(usual).requestTimeoutMs ? { ...usual, requestTimeoutMs: Math.ceil(needed) } : usual;
  if (pace === "usual") return isEnough(resolveTiming(settings), slowness) ? settings : null;
  const renewIntervalMs = longestInterval(settings, pace, slowness);
  return renewIntervalMs === null ? null : { ...settings, renewIntervalMs };
}

/** The fewest writes with which as many renewals may fail. */
function longestInterval(
  settings: TimingSettings,
  missed: number,
  slowness: Slowness | null | undefined,
): number | null {
  const fits = (renewIntervalMs: number): boolean => {
    const timing = resolveTiming({ ...settings, renewIntervalMs });
    return timing.toleratedMissedRenewals >= missed && isEnough(timing, slowness);
  };
  const usualMs = Math.floor(resolveTiming({ leaseDurationMs: settings.leaseDurationMs }).renewIntervalMs);
  // Renewing more often than a request may take is no renewing.
  const leastMs = Math.max(1, Math.ceil(resolveTiming(settings).requestTimeoutMs));
  if (leastMs > usualMs || !fits(leastMs)) return null;
  let [good, bad] = [leastMs, usualMs + 1];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (fits(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

function isEnough(timing: Timing, slowness: Slowness | null | undefined): boolean {
  return isSafe(timing) && ridesOut(timing).standstillMs >= (slowness?.latenessMs ?? 0);
}

function gapOf(leaseDurationMs: number, pace: Pace, wish: Wish): number {
  const settings = settingsFor(leaseDurationMs, pace, wish);
  return settings === null ? Number.POSITIVE_INFINITY : worstGapMs(resolveTiming(settings), wish.stallMs);
}

/** The least whole number of milliseconds for which it is so, where it is so for all larger ones too. */
function smallestWhere(isSo: (ms: number) => boolean): number {
  let good = 1;
  while (good < DURATION_MAX_MS && !isSo(good)) good = Math.min(DURATION_MAX_MS, good * 2);
  let bad = Math.floor(good / 2);
  while (good - bad > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (isSo(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

/** As people write durations: about two digits. A little shorter keeps the gap as well. */
function roundDown(ms: number, leastMs: number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(ms)) - 1);
  const round = Math.floor(ms / step) * step;
  return round >= leastMs ? round : ms;
}
