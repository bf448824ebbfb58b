import { proveTiming, type ProofLine } from "@tenure/core";
import type { AdviceDocument, Timing } from "@tenure/schema";

/** How long nobody leads at the latest, whatever happens to the holder: the largest of core's DETECT bounds. */
export function worstGapMs(timing: Timing, stallMs: number = 0): number {
  const bounds = proveTiming(timing, { stallMs }).filter(isBound);
  return Math.max(...bounds.map(({ right }) => right));
}

/** Whether the rules that can fail hold. */
export function isSafe(timing: Timing): boolean {
  return rulesOf(timing).every(({ holds }) => holds);
}

/** How long two may lead at once: what the rule of safety lacks. */
export function overlapMs(timing: Timing): number {
  const safety = rulesOf(timing).find(({ rule }) => rule === "SAFETY");
  return Math.max(0, -(safety?.marginMs ?? 0));
}

function rulesOf(timing: Timing): ProofLine[] {
  return proveTiming(timing).filter((line) => !isBound(line));
}

function isBound({ rule }: ProofLine): boolean {
  return rule.startsWith("DETECT");
}

/** An interval is drawn evenly from [R, R·j], and each renewal is one write. */
export function writesPerHour({ renewIntervalMs, jitterFactor }: Timing): number {
  return Math.round((3_600_000 / (renewIntervalMs * ((1 + jitterFactor) / 2))) * 10) / 10;
}

/** How late a renewal may be sent, of which the answer comes at once. */
export function spareMs({ renewDeadlineMs, renewIntervalMs, jitterFactor }: Timing): number {
  return renewDeadlineMs - renewIntervalMs * jitterFactor;
}

/**
 * What costs no lease, counted from the worst moment: when the next renewal is already due. It must be sent in time for its answer,
 * so two request timeouts before D. While a store is away an attempt takes that long to fail, and a quarter of one passes before the next.
 */
export function ridesOut(timing: Timing): NonNullable<AdviceDocument["ridesOut"]> {
  const { requestTimeoutMs, toleratedMissedRenewals } = timing;
  const standstillMs = spareMs(timing) - 2 * requestTimeoutMs;
  return {
    missedRenewals: toleratedMissedRenewals,
    storeOutageMs: Math.max(0, Math.floor(standstillMs - 2.25 * requestTimeoutMs)),
    standstillMs: Math.max(0, Math.floor(standstillMs)),
    clockRateError: timing.clockRateError,
  };
}
