import { elapsedAtMostMs, type Clock, type Instant, type Timer } from "../clock.ts";
import type { Lookout } from "./lookout.ts";

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
 * A lookout looks at the clock now and then so that the end is told; whoever asks is told the truth without it.
 */
export class Validity {
  readonly #clock: Clock;
  readonly #renewDeadlineMs: number;
  readonly #listener: ValidityListener;
  readonly #lookout: Lookout;
  readonly #leaveLookout: () => void;
  #renewedAt: Instant;
  #lookedAt: Instant;
  /** For an end that comes before the next look. */
  #timer: Timer | undefined;
  #suspendedMs = 0;
  #stalledMs = 0;

  constructor(
    { clock, lookout }: { readonly clock: Clock; readonly lookout: Lookout },
    renewDeadlineMs: number,
    renewedAt: Instant,
    listener: ValidityListener,
  ) {
    this.#clock = clock;
    this.#lookout = lookout;
    this.#renewDeadlineMs = renewDeadlineMs;
    this.#listener = listener;
    this.#renewedAt = renewedAt;
    this.#lookedAt = clock.now();
    this.#leaveLookout = lookout.ask((now) => this.#look(now));
    this.#awaitEnd(this.#lookedAt);
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
    this.#leaveLookout();
    this.#timer?.cancel();
  }

  #look(now: Instant): void {
    const { suspendedMs, stalledMs, steppedMs } = this.#compare(now);
    this.#suspendedMs += suspendedMs;
    this.#stalledMs += stalledMs;
    this.#lookedAt = now;
    if (suspendedMs > 0) this.#listener.onSuspend(suspendedMs);
    if (steppedMs !== 0) this.#listener.onStep(steppedMs);
    this.#awaitEnd(now);
    if (this.remainingMs(now) <= 0) this.#listener.onOver();
  }

  #awaitEnd(now: Instant): void {
    this.#timer?.cancel();
    const remainingMs = this.remainingMs(now);
    if (remainingMs > this.#lookout.everyMs) return;
    this.#timer = this.#clock.startTimer(Math.max(1, remainingMs), () => this.#lookout.look());
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
      stalledMs: noticed(Math.min(monotonicMs, this.#lookout.lateMs(now))),
      steppedMs: Math.sign(stepMs) * noticed(Math.abs(stepMs)),
    };
  }
}
