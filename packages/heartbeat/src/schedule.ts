import type { Timing } from "@tenure/schema";

/** From one send to the next: drawn from [R, R·j], so that holders that started together drift apart. */
export function drawIntervalMs(timing: Timing, random: () => number): number {
  return timing.renewIntervalMs * (1 + random() * (timing.jitterFactor - 1));
}

/** The longest one attempt takes: a write whose answer is lost, and the read that settles it. */
export function attemptMs(timing: Timing): number {
  return 2 * timing.requestTimeoutMs;
}

/**
 * The pause before the next try after a failed one. Each pause takes one share of what remains, and leaves a share for each
 * of the m retries that timing tolerates; so retries begin soon, and none of them comes too late to be answered.
 */
export function drawRetryDelayMs(remainingMs: number, timing: Timing, random: () => number): number {
  const spareMs = remainingMs - attemptMs(timing);
  const shareMs = spareMs / (timing.toleratedMissedRenewals + 1);
  const shortestMs = timing.requestTimeoutMs / 4;
  return Math.min(Math.max(shareMs, shortestMs), timing.renewIntervalMs) * (0.5 + random() / 2);
}
