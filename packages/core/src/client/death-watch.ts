import type { LeaseRecord } from "@tenure/schema";
import type { Timer } from "../clock.ts";
import type { Snapshot } from "../store.ts";
import type { ClientContext } from "./context.ts";
import { holderKey, type Observer } from "./observer.ts";

/** Whoever has only just won opens its vigil a moment later; and many terms are over before anybody need attend them. */
const FRESH_MS = 25;
/** A dying process closes what it holds open right before it is gone: looked at a few times at once, then after 1, 2, 4, … ms. */
const LOOKS_AT_ONCE = 8;
const FIRST_RETRY_MS = 1;
const LAST_RETRY_MS = 128;
/** A vigil that ends sooner was not there, and is no sign of death. Doubles each time such a sign was wrong. */
const SHORTEST_VIGIL_MS = 20;
/** Without a vigil the holder is looked at this often, and in the end never more often; with one, it is only a second line. */
const LOOK_EVERY_MS = 1000;
const LOOK_EVERY_ATTENDED_MS = 5000;

/** Attends the death of whoever holds a lease, for one who waits for it. */
export class DeathWatch {
  readonly #context: ClientContext;
  readonly #observer: Observer;
  readonly #onDeath: () => void;
  #holder: string | null = null;
  /** Stays after a vigil's end: what is left of it is put away when there is time. */
  #leave: (() => void) | null = null;
  #attending = false;
  #timer: Timer | null = null;
  #shortestVigilMs = SHORTEST_VIGIL_MS;

  constructor(context: ClientContext, observer: Observer, onDeath: () => void) {
    this.#context = context;
    this.#observer = observer;
    this.#onDeath = onDeath;
  }

  /** Attends whoever holds the lease now, and was found alive just before. The same holder is attended on. */
  attend(snapshot: Snapshot): void {
    const { record } = snapshot;
    const holder = holderKey(record);
    if (holder === this.#holder) return;
    this.close();
    this.#holder = holder;
    if (record === null || record.holder === null || record.holder.pid === null) return;
    if (this.#context.proveDeath === undefined) return;
    this.#shortestVigilMs = SHORTEST_VIGIL_MS;
    this.#lookIn(record, this.#context.store.vigil === undefined ? LOOK_EVERY_MS : FRESH_MS);
  }

  close(): void {
    this.#leave?.();
    this.#timer?.cancel();
    this.#leave = null;
    this.#attending = false;
    this.#timer = null;
    this.#holder = null;
  }

  /** Looks after `delayMs`, and attends the vigil if that is not done yet; a vigil that is not there is asked for less and less. */
  #lookIn(record: LeaseRecord, delayMs: number): void {
    this.#startTimer(delayMs, () => {
      if (this.#look(record)) return;
      const nextMs = Math.min(2 * delayMs, LOOK_EVERY_MS);
      if (this.#attendVigil(record, () => this.#lookIn(record, nextMs))) this.#lookIn(record, LOOK_EVERY_ATTENDED_MS);
      else this.#lookIn(record, nextMs);
    });
  }

  /** `false`: there is none to attend. */
  #attendVigil(record: LeaseRecord, onAbsent: () => void): boolean {
    const { store, clock } = this.#context;
    const { vigil } = store;
    if (this.#attending) return true;
    if (vigil === undefined) return false;
    const attendedAt = clock.now();
    this.#leave?.();
    this.#attending = true;
    this.#leave = vigil.attend(record.name, record.epoch, () => {
      this.#attending = false;
      if (clock.now().monotonicMs - attendedAt.monotonicMs < this.#shortestVigilMs) return onAbsent();
      this.#observer.vigilEnded(record);
      this.#shortestVigilMs *= 2;
      this.#lookClosely(record, FIRST_RETRY_MS);
    });
    return this.#attending;
  }

  /** The vigil ended: the holder is dying. */
  #lookClosely(record: LeaseRecord, nextMs: number): void {
    for (let looks = 0; looks < LOOKS_AT_ONCE; looks += 1) if (this.#look(record)) return;
    if (nextMs > LAST_RETRY_MS) return this.#lookIn(record, FRESH_MS);
    this.#startTimer(nextMs, () => this.#lookClosely(record, 2 * nextMs));
  }

  #look(record: LeaseRecord): boolean {
    if (this.#observer.judgeHolder(record) !== "dead") return false;
    this.#timer?.cancel();
    this.#onDeath();
    return true;
  }

  #startTimer(delayMs: number, run: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#context.clock.startTimer(delayMs, run);
  }
}
