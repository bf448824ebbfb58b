/** A clock that virtual time moves. */
export interface TimedParty {
  /** True time of its earliest timer, `Infinity` without one. */
  nextDueMs(): number;
  runDue(): void;
}

/**
 * The one true time that several fake clocks read, each in its own way. Nothing waits for it: it moves when it is advanced,
 * from timer to timer, and lets everything that woke up run to its end before it goes on.
 */
export class VirtualTime {
  readonly #parties = new Set<TimedParty>();
  #nowMs = 0;

  get nowMs(): number {
    return this.#nowMs;
  }

  join(party: TimedParty): void {
    this.#parties.add(party);
  }

  /** Moves on by `ms`, running every timer that falls due on the way, in order. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    await settle();
    for (let next = this.#nextParty(); next !== null && next.nextDueMs() <= untilMs; next = this.#nextParty()) {
      this.#nowMs = Math.max(this.#nowMs, next.nextDueMs());
      next.runDue();
      await settle();
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs);
    await settle();
  }

  #nextParty(): TimedParty | null {
    let next: TimedParty | null = null;
    for (const party of this.#parties) {
      if (party.nextDueMs() < (next?.nextDueMs() ?? Infinity)) next = party;
    }
    return next;
  }
}

const immediate = setImmediate;

/** Returns once every promise chain that could run has run. */
function settle(): Promise<void> {
  return new Promise((resolve) => immediate(resolve));
}
