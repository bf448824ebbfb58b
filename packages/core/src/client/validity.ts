import { elapsedAtMostMs, type Clock, type Instant, type Timer } from "../clock.ts";

/** The longest between two looks at the clock: after a sleep the holder learns within this that its time is over. */
const LONGEST_TICK_MS = 1000;
/** Reading three clocks is not one act: smaller differences between them mean nothing. */
const NOTICED_MS = 250;

export interface ValidityListener {
  /** The deadline has passed. Called once. */
  readonly onOver: () => void;
  /** The machine slept for about this long. */
  readonly onSuspend: (asleepMs: number) => void;
  /** The wall clock was set, forward by so much (back, if negative). */
  readonly onStep: (stepMs: number) => void;
}

/**
 * How long a holder may begin something: D from the send time of its last successful renewal, by the larger of both clocks.
 * A timer looks now and then so that the end is told; whoever asks is told the truth without it.
 */
export class Validity {
  readonly #clock: Clock;
  readonly #renewDeadlineMs: number;
  readonly #listener: ValidityListener;
  #renewedAt: Instant;
  #lookedAt: Instant;
  #plannedMs = 0;
  #timer: Timer | undefined;
  #over = false;
  #suspendedMs = 0;
  #stalledMs = 0;

  constructor(clock: Clock, renewDeadlineMs: number, renewedAt: Instant, listener: ValidityListener) {
    this.#clock = clock;
    this.#renewDeadlineMs = renewDeadlineMs;
    this.#listener = listener;
    this.#renewedAt = renewedAt;
    this.#lookedAt = clock.now();
    this.#startTimer();
  }

  get renewedAt(): Instant {
    return this.#renewedAt;
  }

  /** A renewal sent then was successful. An earlier one than the last known changes nothing. */
  renewed(sentAt: Instant): void {
    if (sentAt.monotonicMs <= this.#renewedAt.monotonicMs) return;
    this.#renewedAt = sentAt;
    this.#suspendedMs = 0;
    this.#stalledMs = 0;
  }

  remainingMs(now: Instant = this.#clock.now()): number {
    return Math.max(0, this.#renewDeadlineMs - elapsedAtMostMs(this.#renewedAt, now));
  }

  /** Since the last successful renewal: the time in all, asleep, and in which timers did not run. */
  timeSinceRenewal(): { readonly elapsedMs: number; readonly suspendedMs: number; readonly stalledMs: number } {
    const now = this.#clock.now();
    const { suspendedMs, stalledMs } = this.#compare(now);
    return {
      elapsedMs: elapsedAtMostMs(this.#renewedAt, now),
      suspendedMs: this.#suspendedMs + suspendedMs,
      stalledMs: this.#stalledMs + stalledMs,
    };
  }

  stop(): void {
    this.#over = true;
    this.#timer?.cancel();
  }

  #startTimer(): void {
    const tickMs = Math.min(LONGEST_TICK_MS, this.#renewDeadlineMs / 10);
    this.#plannedMs = Math.max(1, Math.min(tickMs, this.remainingMs()));
    this.#timer = this.#clock.startTimer(this.#plannedMs, () => this.#tick());
  }

  #tick(): void {
    if (this.#over) return;
    const now = this.#clock.now();
    const { suspendedMs, stalledMs, steppedMs } = this.#compare(now);
    this.#suspendedMs += suspendedMs;
    this.#stalledMs += stalledMs;
    this.#lookedAt = now;
    if (suspendedMs > 0) this.#listener.onSuspend(suspendedMs);
    if (steppedMs !== 0) this.#listener.onStep(steppedMs);
    this.#startTimer();
    if (this.remainingMs(now) <= 0) this.#listener.onOver();
  }

  /** What the clocks tell of each other since the last look. */
  #compare(now: Instant): { suspendedMs: number; stalledMs: number; steppedMs: number } {
    const monotonicMs = now.monotonicMs - this.#lookedAt.monotonicMs;
    const boottimeMs = now.boottimeMs - this.#lookedAt.boottimeMs;
    const wallMs = now.wallMs - this.#lookedAt.wallMs;
    const noticed = (ms: number): number => (ms >= NOTICED_MS ? ms : 0);
    const stepMs = wallMs - Math.max(boottimeMs, monotonicMs);
    return {
      suspendedMs: noticed(boottimeMs - monotonicMs),
      stalledMs: noticed(monotonicMs - this.#plannedMs),
      steppedMs: Math.sign(stepMs) * noticed(Math.abs(stepMs)),
    };
  }
}
