import type { Timer } from "../clock.ts";
import type { Snapshot } from "../store.ts";
import type { ClientContext } from "./context.ts";
import { holderKey, type Observer } from "./observer.ts";

/** A dying process closes what it holds open before it is gone: looked at again after 1, 2, 4, … ms. */
const FIRST_RETRY_MS = 1;
const LAST_RETRY_MS = 128;
/** A vigil that ends sooner was not there, and is no sign of death. Doubles each time such a sign was wrong. */
const SHORTEST_VIGIL_MS = 20;
/** Without a vigil the holder is looked at this often, and never more often; with one, it is only a second line. */
const LOOK_EVERY_MS = 1000;
const LOOK_EVERY_ATTENDED_MS = 5000;

/** Attends the death of whoever holds a lease, for one who waits for it. */
export class DeathWatch {
  readonly #context: ClientContext;
  readonly #observer: Observer;
  readonly #onDeath: () => void;
  #snapshot: Snapshot | null = null;
  #holder: string | null = null;
  #leave: (() => void) | null = null;
  #timer: Timer | null = null;
  #shortestVigilMs = 0;

  constructor(context: ClientContext, observer: Observer, onDeath: () => void) {
    this.#context = context;
    this.#observer = observer;
    this.#onDeath = onDeath;
  }

  /** Attends whoever holds the lease now. The same holder is attended on. */
  attend(snapshot: Snapshot): void {
    const { record } = snapshot;
    const holder = holderKey(record);
    if (holder !== this.#holder) this.close();
    this.#snapshot = snapshot;
    if (holder === this.#holder) return;
    this.#holder = holder;
    if (holder === null || this.#context.proveDeath === undefined || record?.holder?.pid === null) return;
    // At first any end counts: one who has only just won keeps its vigil a moment later.
    this.#shortestVigilMs = 0;
    this.#lookLater();
    this.#attendVigil();
  }

  close(): void {
    this.#leave?.();
    this.#timer?.cancel();
    this.#leave = null;
    this.#timer = null;
    this.#snapshot = null;
    this.#holder = null;
  }

  #attendVigil(): void {
    const { store, clock } = this.#context;
    const { vigil } = store;
    const epoch = this.#snapshot?.record?.epoch;
    if (this.#leave !== null || vigil === undefined || epoch === undefined || this.#snapshot === null) return;
    const holder = this.#holder;
    const attendedAt = clock.now();
    let over = false;
    const leave = vigil.attend(this.#snapshot.name, epoch, () => {
      over = true;
      if (holder !== this.#holder || this.#snapshot === null) return;
      this.#leave = null;
      const attendedMs = clock.now().monotonicMs - attendedAt.monotonicMs;
      if (attendedMs < this.#shortestVigilMs) return;
      this.#observer.vigilEnded(this.#snapshot);
      this.#shortestVigilMs = Math.max(SHORTEST_VIGIL_MS, 2 * this.#shortestVigilMs);
      this.#lookClosely(FIRST_RETRY_MS);
    });
    this.#leave = over ? null : leave;
  }

  /** The vigil ended, or is not there yet: the holder is dying, or has only just won. */
  #lookClosely(nextMs: number): void {
    if (this.#look()) return;
    if (nextMs > LAST_RETRY_MS) return this.#lookLater();
    this.#startTimer(nextMs, () => this.#lookClosely(2 * nextMs));
    this.#attendVigil();
  }

  #lookLater(): void {
    this.#startTimer(this.#leave === null ? LOOK_EVERY_MS : LOOK_EVERY_ATTENDED_MS, () => {
      if (this.#look()) return;
      if (this.#leave !== null) this.#shortestVigilMs = SHORTEST_VIGIL_MS;
      this.#lookLater();
      this.#attendVigil();
    });
  }

  #look(): boolean {
    if (this.#snapshot === null) return true;
    if (this.#observer.judgeHolder(this.#snapshot) !== "dead") return false;
    this.#timer?.cancel();
    this.#onDeath();
    return true;
  }

  #startTimer(delayMs: number, run: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#context.clock.startTimer(delayMs, run);
  }
}
