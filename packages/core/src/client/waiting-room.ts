import { formatDuration, quoteForDisplay } from "@tenure/schema/light";
import type { AcquireOptions } from "../client.ts";
import type { Timer } from "../clock.ts";
import { LeaseError } from "../errors.ts";
import type { Snapshot } from "../store.ts";
import { factsOf, type Candidacy } from "./candidacy.ts";
import type { ClientContext } from "./context.ts";
import { DeathWatch } from "./death-watch.ts";
import { describeObstacle } from "./obstacle.ts";
import { onAbort } from "./on-abort.ts";
import { rehearse } from "./rehearsal.ts";
import { asError, isFatal } from "./request.ts";
import { read } from "./swap.ts";
import { watch } from "./watcher.ts";

/**
 * Where one candidate waits for whatever comes first: a change of the record, the holder's death, the time after which it
 * may look again, its own patience, or its own wish to leave.
 */
export class WaitingRoom {
  /** Aborts when this candidate leaves, with what `next` throws from then on. */
  readonly left: AbortSignal;
  readonly #context: ClientContext;
  readonly #candidacy: Candidacy;
  readonly #deathWatch: DeathWatch;
  readonly #leaving = new AbortController();
  readonly #signal: AbortSignal | undefined;
  readonly #onTrouble: ((trouble: Error) => void) | undefined;
  readonly #patience: Timer | undefined;
  readonly #stopListening: (() => void) | undefined;
  #news: Snapshot | null = null;
  #considered: Snapshot | null = null;
  #watching = false;
  #wake: () => void = () => {};
  #trouble: Error | undefined;

  constructor(context: ClientContext, candidacy: Candidacy, { signal, timeoutMs, onTrouble }: AcquireOptions) {
    this.#context = context;
    this.#candidacy = candidacy;
    this.#signal = signal;
    this.#onTrouble = onTrouble;
    this.left = this.#leaving.signal;
    this.#deathWatch = new DeathWatch(context, candidacy.observer, () => this.#wake());
    signal?.throwIfAborted();
    this.#stopListening = signal && onAbort(signal, this.#onAbort);
    if (timeoutMs !== undefined) {
      this.#patience = context.clock.startTimer(timeoutMs, () => this.#leave(this.#timedOut(timeoutMs)));
    }
  }

  /**
   * Waits at most `forMs`, and returns what is to be looked at next: the newest snapshot, or the same one again. `null` when
   * none is known.
   */
  async next(snapshot: Snapshot | null, forMs: number): Promise<Snapshot | null> {
    this.#considered = snapshot;
    // Whoever waits for a holder, and not for trouble to pass, is hindered by nothing else any more.
    if (snapshot !== null) this.#trouble = undefined;
    this.#beginWatching(snapshot);
    if (this.#news === null) {
      if (snapshot !== null) this.#deathWatch.attend(snapshot);
      await this.#wakeOrTimer(forMs);
    }
    this.throwIfLeft();
    const next = this.#takeNews() ?? snapshot;
    // A holder that has released closes its vigil next: that is no death to look into while the claim is under way.
    if (next?.record?.holder === null) this.#deathWatch.close();
    return next;
  }

  /** What is read from now on is newer than what the watch told so far. */
  async look(): Promise<Snapshot> {
    this.#news = null;
    return await read(this.#context, this.#candidacy.name, { signal: this.left });
  }

  throwIfLeft(): void {
    this.#signal?.throwIfAborted();
    this.left.throwIfAborted();
  }

  /** Something went wrong that time may cure; it is told, and named if patience ends first. */
  noteTrouble(error: Error): void {
    const told = this.#trouble?.message === error.message;
    this.#trouble = error;
    if (isFatal(error)) return this.#leave(error);
    if (told) return;
    try {
      this.#onTrouble?.(error);
    } catch (mistake) {
      this.#leave(asError(mistake));
    }
  }

  close(): void {
    this.#leave(new LeaseError("EABORTED", "no longer waiting"));
  }

  #wakeOrTimer(forMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        timer.cancel();
        this.#wake = () => {};
        resolve();
      };
      // Never less than a millisecond: what is left of a wait may be a rounding error of binary fractions.
      const timer = this.#context.clock.startTimer(Math.max(1, forMs), wake, { keepsAlive: true });
      this.#wake = wake;
      if (this.left.aborted) wake();
    });
  }

  #takeNews(): Snapshot | null {
    const news = this.#news;
    this.#news = null;
    return news;
  }

  /** From the first wait on: a candidate that wins at once never pays for a watch. */
  #beginWatching(snapshot: Snapshot | null): void {
    if (this.#watching || this.left.aborted) return;
    this.#watching = true;
    void watch(this.#context, this.#candidacy.name, this.left, {
      onSnapshot: (snapshot) => {
        // What was read on the way is told by the watch as well.
        if (snapshot.record !== null && snapshot.revision === this.#considered?.revision) return;
        this.#news = snapshot;
        this.#wake();
      },
      onTrouble: (error) => this.noteTrouble(error),
    });
    // Whatever a rehearsal comes upon, the performance will come upon as well, and tell.
    if (snapshot !== null) void rehearse(this.#context, snapshot).catch(() => {});
  }

  readonly #onAbort = (): void => this.#leave(asError(this.#signal?.reason));

  #leave(reason: Error): void {
    if (this.left.aborted) return;
    this.#stopListening?.();
    this.#patience?.cancel();
    this.#deathWatch.close();
    this.#leaving.abort(reason);
    this.#wake();
  }

  #timedOut(timeoutMs: number): LeaseError {
    const { name } = this.#candidacy;
    const after = formatDuration(timeoutMs);
    const seen = this.#considered;
    const obstacle = seen === null || seen.record === null ? "" : `: it ${describeObstacle(seen.record)}`;
    const trouble = this.#trouble === undefined ? "" : `; last trouble: ${this.#trouble.message}`;
    return new LeaseError(
      "EACQUIRETIMEOUT",
      `lease ${quoteForDisplay(name)} was not acquired within ${after}${obstacle}${trouble}`,
      seen === null ? { name } : factsOf(seen),
      this.#trouble === undefined ? {} : { cause: this.#trouble },
    );
  }
}
