import { elapsedAtMostMs } from "@tenure/core";
import type { Clock, Instant, Lease, Timer } from "@tenure/core";
import type { ProcessState } from "@tenure/host";
import { judge } from "../restart/judge.ts";
import type { Judgement, Verdict } from "../restart/judge.ts";
import type { ProgressOptions } from "./options.ts";
import type { ProgressSource } from "./source.ts";

export interface WorkWatchOptions {
  readonly progress: ProgressOptions;
  readonly source: ProgressSource;
  readonly clock: Clock;
  readonly stateOf: () => ProcessState;
  readonly pauseOf: () => Lease["record"]["paused"];
  /** A verdict other than the last one. After one that acts there is no further. */
  readonly onVerdict: (judgement: Judgement) => void;
}

const TICKS_PER_DEADLINE = 10;
/** Timers of a busy process are late by some milliseconds always. */
const LEAST_TOLERANCE_MS = 100;

/** Looks at a command again and again, and has `judge` say what it is. */
export class WorkWatch {
  readonly #options: WorkWatchOptions;
  readonly #tickMs: number;
  readonly #startedAt: Instant;
  #progressAt: Instant;
  /** Of the time since the last progress, what this watchdog did not see. */
  #unseenMs = 0;
  #isReady = false;
  #hasFailed = false;
  #verdict: Verdict = "healthy";
  #pause: { readonly text: string; readonly since: Instant } | null = null;
  #timer: Timer | undefined;

  constructor(options: WorkWatchOptions) {
    this.#options = options;
    this.#tickMs = options.progress.deadlineMs / TICKS_PER_DEADLINE;
    this.#startedAt = options.clock.now();
    this.#progressAt = this.#startedAt;
    options.source.start((report) => {
      this.#progressAt = options.clock.now();
      this.#unseenMs = 0;
      if (report === "ready") this.#isReady = true;
      if (report === "failed") this.#hasFailed = true;
    });
    this.#tickLater(this.#startedAt);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#options.source.stop();
  }

  #tickLater(now: Instant): void {
    this.#timer = this.#options.clock.startTimer(this.#tickMs, () => this.#tick(now));
  }

  #tick(last: Instant): void {
    const { clock, stateOf, progress, onVerdict } = this.#options;
    const { deadlineMs, graceMs = deadlineMs } = progress;
    const now = clock.now();
    const tickLateMs = Math.max(0, elapsedAtMostMs(last, now) - this.#tickMs);
    const tickToleranceMs = Math.max(LEAST_TOLERANCE_MS, this.#tickMs);
    // Reports that came while we slept wait to be read, and the command may have slept too.
    if (tickLateMs > tickToleranceMs) this.#unseenMs += tickLateMs;
    const judgement = judge({
      tickLateMs,
      tickToleranceMs,
      process: stateOf(),
      sinceStartMs: elapsedAtMostMs(this.#startedAt, now),
      graceMs: this.#isReady ? 0 : graceMs,
      progress: {
        sinceMs: Math.max(0, elapsedAtMostMs(this.#progressAt, now) - this.#unseenMs),
        deadlineMs,
        trouble: this.#options.source.trouble,
        failed: this.#hasFailed,
      },
      paused: this.#isPaused(now),
    });
    if (judgement.act) this.stop();
    else this.#tickLater(now);
    if (judgement.verdict === this.#verdict && !judgement.act) return;
    this.#verdict = judgement.verdict;
    onVerdict(judgement);
  }

  /** A pause stands in the record after it has run out, so it is counted from when it was first seen. */
  #isPaused(now: Instant): boolean {
    const pause = this.#options.pauseOf();
    if (pause === null) {
      this.#pause = null;
      return false;
    }
    const text = JSON.stringify(pause);
    if (this.#pause?.text !== text) this.#pause = { text, since: now };
    return elapsedAtMostMs(this.#pause.since, now) <= pause.expiresAfterMs;
  }
}
