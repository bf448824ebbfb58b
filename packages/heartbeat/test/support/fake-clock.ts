import type { Clock, Instant, Timer } from "@tenure/core";

/** Time that moves only when told to, and lets everything that is due happen on the way. */
export class FakeClock implements Clock {
  #nowMs = 1_000;
  readonly #timers = new Set<{ readonly dueMs: number; readonly run: () => void }>();

  get elapsedMs(): number {
    return this.#nowMs - 1_000;
  }

  now(): Instant {
    return { monotonicMs: this.#nowMs, boottimeMs: this.#nowMs, wallMs: this.#nowMs };
  }

  wallTime(): string {
    return new Date(this.#nowMs).toISOString();
  }

  startTimer(delayMs: number, run: () => void): Timer {
    const timer = { dueMs: this.#nowMs + Math.max(0, delayMs), run };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  async advance(byMs: number): Promise<void> {
    const untilMs = this.#nowMs + byMs;
    await settle();
    for (;;) {
      const next = [...this.#timers].toSorted((a, b) => a.dueMs - b.dueMs)[0];
      if (next === undefined || next.dueMs > untilMs) break;
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.run();
      await settle();
    }
    this.#nowMs = untilMs;
  }

  /** The process did not run for so long: time has passed, and no timer fired. */
  freeze(forMs: number): void {
    this.#nowMs += forMs;
  }
}

/** Lets every promise that can settle do so. */
function settle(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
