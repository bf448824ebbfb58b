import { elapsedAtMostMs } from "@tenure/core";
import type { Clock, Instant, Timer } from "@tenure/core";
import { startLoopClock } from "./loop-clock.ts";
import type { LoopClock } from "./loop-clock.ts";
import type { EventLoopWatch } from "./options.ts";

export interface EventLoopGuardOptions extends EventLoopWatch {
  readonly clock: Clock;
  readonly lostFlag: Int32Array;
  /** The loop turns again, `stalledMs` after it last did. */
  readonly onStall: (stalledMs: number) => void;
  readonly onBroken: (error: Error) => void;
}

/** The event loop's side of the time clock: punches it, and learns on waking that it came too late. */
export class EventLoopGuard {
  readonly #options: EventLoopGuardOptions;
  readonly #loopClock: LoopClock;
  #turnedAt: Instant;
  #timer: Timer | undefined;

  constructor(options: EventLoopGuardOptions) {
    this.#options = options;
    this.#loopClock = startLoopClock({ ...options, kill: options.whenStalled === "kill" });
    this.#turnedAt = options.clock.now();
    this.#turn();
  }

  /** Tells the standstill the worker noticed, if it did. */
  check(): void {
    const { clock, lostFlag, onStall } = this.#options;
    const now = clock.now();
    if (Atomics.load(lostFlag, 0) === 1) onStall(elapsedAtMostMs(this.#turnedAt, now));
    this.#turnedAt = now;
  }

  /** From when on a standing process may be killed, counted from now. */
  killAfter(delayMs: number): void {
    this.#loopClock.killAfter(delayMs);
  }

  close(): void {
    this.#timer?.cancel();
    this.#loopClock.close();
  }

  #turn(): void {
    this.#timer = this.#options.clock.startTimer(this.#loopClock.punchMs, () => this.#turn());
    this.check();
    this.#loopClock.punch();
  }
}
