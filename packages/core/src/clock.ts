/**
 * Time, as it is passed in. Two clocks run side by side because each lies in its own way: on Linux the monotonic one stands
 * still while the machine sleeps, and the one that counts sleep is coarse. Neither the wall clock nor a stamp in a record
 * ever decides anything.
 */
export interface Clock {
  /** Reads both elapsed-time clocks at once. */
  now(): Instant;
  /** The wall clock, RFC 3339 in UTC. For people only. */
  wallTime(): string;
  /**
   * Calls `run` once, `delayMs` from now at the earliest. A pending timer keeps the process alive only where that is asked for:
   * somebody waits for it, and nothing else may be going on.
   */
  startTimer(delayMs: number, run: () => void, options?: { readonly keepsAlive?: boolean }): Timer;
}

/** A reading of both clocks, in milliseconds. Differences count; the origins are arbitrary, but for `boottimeMs`. */
export interface Instant {
  /** Does not go back; may stand still while the machine sleeps. */
  readonly monotonicMs: number;
  /**
   * Counts the time asleep; may be coarse (10 ms). Since boot, so that processes of one boot and one time namespace may compare
   * what they read: recorded deadlines and sightings rely on it.
   */
  readonly boottimeMs: number;
  /** The wall clock in epoch milliseconds; compared with the others only to report a step. */
  readonly wallMs: number;
}

export interface Timer {
  cancel(): void;
}

/** Resolution of the coarser clock; each bound below gives it away in the safe direction. */
const RESOLUTION_MS = 10;

/** The most that can have passed between two readings: what a holder must reckon with. */
export function elapsedAtMostMs(since: Instant, now: Instant): number {
  return Math.max(now.monotonicMs - since.monotonicMs, now.boottimeMs - since.boottimeMs) + RESOLUTION_MS;
}

/** The least that can have passed between two readings: what a taker may count on. */
export function elapsedAtLeastMs(since: Instant, now: Instant): number {
  return Math.max(0, Math.min(now.monotonicMs - since.monotonicMs, now.boottimeMs - since.boottimeMs) - RESOLUTION_MS);
}
