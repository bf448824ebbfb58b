import type { Timing, TimingSettings } from "@tenure/schema";
import { quoteForDisplay } from "@tenure/schema/light";
import { LeaseError } from "../errors.ts";

const DEFAULT_LEASE_DURATION_MS = 15_000;
/** A request or a stop that takes longer than this is not waited for, however long the lease. */
const REQUEST_TIMEOUT_CAP_MS = 5000;
const STOP_TIMEOUT_CAP_MS = 10_000;
const SMALLEST_GRANULARITY_MS = 20;
const TOLERATED_MISSED_RENEWALS = 2;
const MOST_TOLERATED_MISSED_RENEWALS = 1000;
const LONGEST_MS = 366 * 24 * 3_600_000;

/** Smallest and largest value of each setting that means anything at all; whether they fit together is proved elsewhere. */
const ranges: Readonly<Record<keyof TimingSettings, readonly [least: number, most: number]>> = {
  leaseDurationMs: [1, LONGEST_MS],
  renewDeadlineMs: [1, LONGEST_MS],
  renewIntervalMs: [1, LONGEST_MS],
  requestTimeoutMs: [0.001, LONGEST_MS],
  stopTimeoutMs: [0, LONGEST_MS],
  lockDelayMs: [0, LONGEST_MS],
  jitterFactor: [1, 10],
  clockRateError: [0, 0.5],
  clockGranularityMs: [0, LONGEST_MS],
};

/**
 * Derives from what a user set everything else: D 0.8 L, R 0.18 L, q L/15 (at most 5 s), S 2L/15 (at most 10 s),
 * ε L/60 (at least 20 ms), j 1.2, ρ 1 %, no lock delay; L is 15 s. If R is set and D is not, D grows as far as safety
 * allows for the most missed renewals that fit. Nothing is proved here: see `assertSafeTiming`.
 * @throws LeaseError `ECONFIG` for an unknown setting, or one that is no number in its range.
 */
export function resolveTiming(settings: TimingSettings = {}): Timing {
  assertInRange(settings);
  const leaseDurationMs = settings.leaseDurationMs ?? DEFAULT_LEASE_DURATION_MS;
  const part = {
    leaseDurationMs,
    renewIntervalMs: settings.renewIntervalMs ?? toMicrosecond(0.18 * leaseDurationMs),
    requestTimeoutMs:
      settings.requestTimeoutMs ?? toMicrosecond(Math.min(leaseDurationMs / 15, REQUEST_TIMEOUT_CAP_MS)),
    stopTimeoutMs: settings.stopTimeoutMs ?? toMicrosecond(Math.min((2 * leaseDurationMs) / 15, STOP_TIMEOUT_CAP_MS)),
    lockDelayMs: settings.lockDelayMs ?? 0,
    jitterFactor: settings.jitterFactor ?? 1.2,
    clockRateError: settings.clockRateError ?? 0.01,
    clockGranularityMs:
      settings.clockGranularityMs ?? toMicrosecond(Math.max(leaseDurationMs / 60, SMALLEST_GRANULARITY_MS)),
  };
  const usualDeadlineMs = settings.renewDeadlineMs ?? toMicrosecond(0.8 * leaseDurationMs);
  if (settings.renewIntervalMs === undefined) {
    return { ...part, renewDeadlineMs: usualDeadlineMs, toleratedMissedRenewals: TOLERATED_MISSED_RENEWALS };
  }
  const latestDeadlineMs =
    settings.renewDeadlineMs ?? takeoverAtLeastMs(part) - part.stopTimeoutMs - part.clockGranularityMs;
  const toleratedMissedRenewals = missedRenewalsThatFit(part, latestDeadlineMs);
  const neededMs = renewalsTakeMs({ ...part, toleratedMissedRenewals });
  const renewDeadlineMs =
    settings.renewDeadlineMs ?? Math.max(usualDeadlineMs, Math.min(neededMs, toMicrosecond(latestDeadlineMs)));
  return { ...part, renewDeadlineMs, toleratedMissedRenewals };
}

/** The earliest another may start after the last renewal was sent, by a holder's clock that runs as fast as ρ lets it. */
export function takeoverAtLeastMs(timing: Pick<Timing, "leaseDurationMs" | "clockRateError">): number {
  return toMicrosecond((timing.leaseDurationMs * (1 - timing.clockRateError)) / (1 + timing.clockRateError));
}

/** How long m failed renewals and the one that succeeds may take: one outcome may be unknown, a write and a read. */
export function renewalsTakeMs(
  timing: Pick<Timing, "toleratedMissedRenewals" | "renewIntervalMs" | "jitterFactor" | "requestTimeoutMs">,
): number {
  const intervals = (timing.toleratedMissedRenewals + 1) * timing.renewIntervalMs * timing.jitterFactor;
  return toMicrosecond(intervals + 2 * timing.requestTimeoutMs);
}

/** Binary fractions must not decide what fits: times are compared to the microsecond. */
export function toMicrosecond(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

/** At least 1, even where not one fits: the proof then fails and names the numbers. */
function missedRenewalsThatFit(
  timing: Pick<Timing, "renewIntervalMs" | "jitterFactor" | "requestTimeoutMs">,
  deadlineMs: number,
): number {
  const attempts = (deadlineMs - 2 * timing.requestTimeoutMs) / (timing.renewIntervalMs * timing.jitterFactor);
  return Math.min(MOST_TOLERATED_MISSED_RENEWALS, Math.max(1, Math.floor(attempts + 1e-9) - 1));
}

function assertInRange(settings: TimingSettings): void {
  for (const [key, value] of Object.entries(settings) as [string, unknown][]) {
    if (value === undefined) continue;
    const range = Object.hasOwn(ranges, key) ? ranges[key as keyof TimingSettings] : undefined;
    if (range === undefined) {
      throw new LeaseError("ECONFIG", `unknown timing setting ${key}; there are ${Object.keys(ranges).join(", ")}`);
    }
    const [least, most] = range;
    if (typeof value !== "number" || !(value >= least && value <= most)) {
      throw new LeaseError(
        "ECONFIG",
        `timing setting ${key} is ${quoteForDisplay(value)}; it is a number from ${least} to ${most}`,
      );
    }
  }
}
