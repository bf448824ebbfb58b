import { proveTiming, type ProofLine } from "@tenure/core";
import type { Timing } from "@tenure/schema";
import type { Evidence } from "./evidence.ts";
import type { Scene } from "./rule.ts";
import { settingIn, type Setting } from "./settings.ts";

/** What the logs tell of a system's timing, and which line of the proof fails whatever they do not tell. */
export interface KnownTiming {
  readonly timing: Timing;
  readonly lines: readonly Evidence[];
  readonly failing: (rule: "SAFETY" | "LIVENESS") => ProofLine | null;
}

/**
 * All that no line tells is taken as well as it can be: requests and stops that take no time, perfect clocks, no jitter. What is unsafe
 * even then is unsafe. `null` where the lease duration is not known, or nothing that could stand against it.
 */
export function knownTiming({ own, timing: { leaseDurationMs } }: Scene): KnownTiming | null {
  const of = (label: string): Setting | null => settingIn(own, label);
  const [deadline, interval, request] = [of("renewDeadline"), of("renewInterval"), of("requestTimeout")];
  const [stop, jitter, rate] = [of("stopTimeout"), of("jitterFactor"), of("clockRateError")];
  if (leaseDurationMs === null || leaseDurationMs <= 0) return null;
  const against = [deadline, interval, request, stop, jitter, rate].filter((each) => each !== null);
  if (against.length === 0) return null;
  const known = [of("leaseDuration"), ...against].filter((each) => each !== null);
  const timing: Timing = {
    leaseDurationMs,
    renewDeadlineMs: deadline?.value ?? leaseDurationMs,
    renewIntervalMs: interval?.value ?? 0,
    requestTimeoutMs: request?.value ?? 0,
    stopTimeoutMs: stop?.value ?? 0,
    lockDelayMs: 0,
    jitterFactor: jitter?.value ?? 1,
    toleratedMissedRenewals: 1,
    clockRateError: rate?.value ?? 0,
    clockGranularityMs: 0,
  };
  const proof = proveTiming(timing);
  return {
    timing,
    lines: known.map(({ line }) => line),
    failing: (rule) => proof.find((line) => line.rule === rule && !line.holds) ?? null,
  };
}
