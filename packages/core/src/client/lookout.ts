import type { Clock, Instant, Timer } from "../clock.ts";

/** The longest between two looks at the clock: after a sleep a holder learns within this that its time is over. */
const LONGEST_MS = 1000;

/**
 * Looks at the clock now and then, for all leases of a client: what it tells is the same for each of them, and with a timer for each a
 * thousand leases would look a thousand times a second. Does nothing while nobody asks.
 */
export class Lookout {
  /** Between two looks. */
  readonly everyMs: number;
  readonly #clock: Clock;
  readonly #askers = new Set<(now: Instant) => void>();
  #dueMs = 0;
  #timer: Timer | undefined;

  /** @param renewDeadlineMs of the leases that are mostly held. */
  constructor(clock: Clock, renewDeadlineMs: number) {
    this.#clock = clock;
    this.everyMs = Math.max(1, Math.min(LONGEST_MS, renewDeadlineMs / 10));
  }

  /** Tells each look from now on. Returns the way to stop. */
  ask(tell: (now: Instant) => void): () => void {
    this.#askers.add(tell);
    if (this.#timer === undefined) this.#plan(this.#clock.now());
    return () => {
      this.#askers.delete(tell);
      if (this.#askers.size > 0) return;
      this.#timer?.cancel();
      this.#timer = undefined;
    };
  }

  /** Looks out of turn. */
  look(): void {
    const now = this.#clock.now();
    for (const tell of this.#askers) tell(now);
    if (this.#askers.size > 0) this.#plan(now);
  }

  /** By how much the next look is late: timers that do not run are a process that does not. */
  lateMs(now: Instant): number {
    return now.monotonicMs - this.#dueMs;
  }

  #plan(now: Instant): void {
    this.#timer?.cancel();
    this.#dueMs = now.monotonicMs + this.everyMs;
    this.#timer = this.#clock.startTimer(this.everyMs, () => this.look());
  }
}
