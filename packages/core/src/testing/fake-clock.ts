import type { Clock, Instant, Timer } from "../clock.ts";
import { VirtualTime, type TimedParty } from "./virtual-time.ts";

export interface FakeClockOptions {
  /** Shared with other clocks, so that several machines live in one world; a time of its own without it. */
  readonly time?: VirtualTime;
  /** How fast both elapsed-time clocks and the wall clock run against true time. */
  readonly rate?: number;
  /** What the clocks read at first; by default the time began an hour after boot, at 2026-01-01T00:00:00Z. */
  readonly start?: Partial<Instant>;
}

interface PendingTimer {
  readonly dueMonotonicMs: number;
  readonly run: () => void;
}

/** A machine's clocks under the test's control: they move when the test says so, and lie in the ways real ones do. */
export class FakeClock implements Clock, TimedParty {
  readonly time: VirtualTime;
  readonly #rate: number;
  #anchor: Instant & { readonly trueMs: number };
  #asleepUntilMs = 0;
  #standsStillUntilMs = 0;
  /** In the order in which they were started; the earliest due of them is looked for. */
  readonly #timers = new Set<PendingTimer>();

  constructor({ time = new VirtualTime(), rate = 1, start = {} }: FakeClockOptions = {}) {
    this.time = time;
    this.#rate = rate;
    this.#anchor = {
      monotonicMs: 1_000_000 + time.nowMs,
      boottimeMs: 3_600_000 + time.nowMs,
      wallMs: Date.UTC(2026, 0, 1) + time.nowMs,
      ...start,
      trueMs: time.nowMs,
    };
    time.join(this);
  }

  now(): Instant {
    const anchor = this.#anchor;
    const passedMs = this.#rate * (this.time.nowMs - anchor.trueMs);
    const awakeMs = this.#rate * Math.max(0, this.time.nowMs - Math.max(anchor.trueMs, this.#asleepUntilMs));
    return {
      monotonicMs: anchor.monotonicMs + awakeMs,
      boottimeMs: anchor.boottimeMs + passedMs,
      wallMs: anchor.wallMs + passedMs,
    };
  }

  wallTime(): string {
    return new Date(this.now().wallMs).toISOString();
  }

  startTimer(delayMs: number, run: () => void): Timer {
    if (!(delayMs >= 0)) throw new RangeError(`a timer cannot wait ${delayMs} ms`);
    const timer = { dueMonotonicMs: this.now().monotonicMs + delayMs, run };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  /** How many timers wait: a test of what is left behind. */
  get pendingTimers(): number {
    return this.#timers.size;
  }

  /** Lets `ms` of true time pass, running due timers of every clock of this time in order. */
  advance(ms: number): Promise<void> {
    return this.time.advance(ms);
  }

  /** Puts the machine to sleep for `ms`: wall and boot-time clocks go on, the monotonic one and timers stand still. */
  async suspend(ms: number): Promise<void> {
    this.fallAsleep(ms);
    await this.time.advance(ms);
  }

  /** As `suspend`, without letting the time pass: others may live on meanwhile. */
  fallAsleep(ms: number): void {
    this.#reanchor();
    this.#asleepUntilMs = Math.max(this.#asleepUntilMs, this.time.nowMs + ms);
  }

  /** Stops the process (SIGSTOP, a standing event loop) for `ms`: all clocks go on, its timers run late. */
  async stall(ms: number): Promise<void> {
    this.standStill(ms);
    await this.time.advance(ms);
  }

  /** As `stall`, without letting the time pass. */
  standStill(ms: number): void {
    this.#standsStillUntilMs = Math.max(this.#standsStillUntilMs, this.time.nowMs + ms);
  }

  /** Sets the wall clock, as ntpd or an administrator would; nothing else moves. */
  stepWall(ms: number): void {
    this.#reanchor(ms);
  }

  nextDueMs(): number {
    let dueMs = Infinity;
    for (const timer of this.#timers) dueMs = Math.min(dueMs, this.#trueDueMs(timer));
    return dueMs;
  }

  runDue(): void {
    const dueMs = this.nextDueMs();
    for (const timer of this.#timers) {
      if (this.#trueDueMs(timer) > dueMs) continue;
      this.#timers.delete(timer);
      timer.run();
      return;
    }
  }

  #trueDueMs(timer: PendingTimer): number {
    const awakeFromMs = Math.max(this.#anchor.trueMs, this.#asleepUntilMs);
    const dueMs = awakeFromMs + (timer.dueMonotonicMs - this.#anchor.monotonicMs) / this.#rate;
    return Math.max(dueMs, this.#standsStillUntilMs, this.#asleepUntilMs);
  }

  #reanchor(wallStepMs = 0): void {
    const now = this.now();
    this.#anchor = { ...now, wallMs: now.wallMs + wallStepMs, trueMs: this.time.nowMs };
  }
}
