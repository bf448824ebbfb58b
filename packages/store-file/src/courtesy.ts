import type { Clock } from "@tenure/core";
import type { LeaseRecord } from "@tenure/schema";

/** How long whoever has just won lets each rival go first. One has its chance while the win is made durable. */
const COURTESY_MS = 0.7;
/** What is longer ago is no rivalry. */
const RECENT_MS = 100;

/**
 * Of processes that want one lease again and again, the one that happens to have the processor would win many times in a row. So
 * whoever has won it from one of several rivals waits a moment before it claims it anew. Nobody else ever waits: not one that has no
 * rivals, nor one that did not have the lease just now.
 */
export class Courtesy {
  readonly #clock: Clock;
  /** From whom it was won lately, and when. */
  readonly #rivals = new Map<string, number>();
  #wonEpoch: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes note of a claim that took effect, and of what stood before it. */
  won({ epoch, holder }: LeaseRecord, before: LeaseRecord | null): void {
    const rival = before?.holder?.instanceId;
    if (rival === undefined || rival === holder?.instanceId) return;
    this.#rivals.set(rival, this.#clock.now().monotonicMs);
    this.#wonEpoch = epoch;
  }

  /** Resolves when `record` may be written. */
  async show({ epoch }: LeaseRecord): Promise<void> {
    if (this.#wonEpoch === null || epoch === this.#wonEpoch) return;
    this.#wonEpoch = null;
    const since = this.#clock.now().monotonicMs - RECENT_MS;
    for (const [rival, lastMs] of this.#rivals) if (lastMs < since) this.#rivals.delete(rival);
    const delayMs = COURTESY_MS * (this.#rivals.size - 1);
    if (delayMs <= 0) return;
    await new Promise<void>((resolve) => void this.#clock.startTimer(delayMs, resolve, { keepsAlive: true }));
  }
}
