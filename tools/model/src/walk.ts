import type { Bounds } from "./bounds.ts";
import { get, rules } from "./rules.ts";
import {
  ALIVE,
  CURRENT,
  EPOCH,
  HOLDER,
  LATE,
  LATE_IN_FLIGHT,
  LEFT,
  MESSAGE,
  NEXT,
  REVOKED,
  TERM,
  USED,
  Layout,
  type State,
} from "./state.ts";
import { Steps, type Step } from "./steps.ts";
import { Rejected, type Seen } from "./trace.ts";

/** Timing of the lease whose history it is. */
export interface Timing {
  readonly leaseDurationMs: number;
  readonly renewDeadlineMs: number;
  /** By how much clocks may differ in their rate. */
  readonly clockRateError: number;
}

const TICKS_A_LEASE = 150;

/**
 * Takes the steps that a history tells of in the model, by the very rules whose states are all visited elsewhere.
 * Where the history does not say when somebody looked, it looks at the first moment: what is rejected is rejected for every moment.
 * @throws Rejected where a step was not possible, or breaks a promise.
 */
export function walk(seen: readonly Seen[], timing: Timing): { readonly steps: number } {
  const walker = new Walker(seen, timing);
  for (const it of seen) walker.follow(it);
  return { steps: walker.steps };
}

/** A tick may fall on either side of a moment, and rates differ: takers are given less, holders more, and D still stays below L. */
function boundsOf(
  seen: readonly Seen[],
  processes: number,
  { leaseDurationMs, renewDeadlineMs, clockRateError }: Timing,
): Bounds {
  const tickMs = leaseDurationMs / TICKS_A_LEASE;
  return {
    processes,
    leaseTicks: Math.floor((leaseDurationMs * (1 - 2 * clockRateError)) / tickMs) - 2,
    deadlineTicks: Math.ceil((renewDeadlineMs * (1 + clockRateError)) / tickMs) + 1,
    writes: seen.filter(({ kind }) => kind === "sent").length,
    crashes: processes,
    revocations: seen.length,
    restores: 0,
  };
}

class Walker {
  readonly #layout: Layout;
  readonly #taking: Steps;
  readonly #state: State;
  readonly #indices: ReadonlyMap<string, number>;
  readonly #writes = new Map<string, number>();
  readonly #tickMs: number;
  #now: number;
  steps = 0;

  constructor(seen: readonly Seen[], timing: Timing) {
    this.#indices = new Map([...new Set(seen.map(({ by }) => by))].map((by, index) => [by, index]));
    this.#layout = new Layout(boundsOf(seen, Math.max(1, this.#indices.size), timing));
    this.#taking = new Steps(this.#layout, rules);
    this.#state = this.#layout.initial();
    this.#tickMs = timing.leaseDurationMs / TICKS_A_LEASE;
    this.#now = seen[0]?.at ?? 0;
    this.#everybodyLooks();
  }

  follow(it: Seen): void {
    for (; this.#now + this.#tickMs <= it.at; this.#now += this.#tickMs) this.#take("tick");
    const index = this.#indices.get(it.by) ?? 0;
    if (it.kind === "died") {
      if (this.#of(index, ALIVE) === 1) this.#take("crash", index, it);
    } else if (it.kind === "sent") this.#send(it, index);
    else if (it.kind === "stands") this.#arrive(it, index);
    else this.#hear(it, index);
  }

  #send(it: Extract<Seen, { kind: "sent" }>, index: number): void {
    if (it.does === "revoke") return;
    // The model has a place for one that was given up and for one more; an older one that stood was void when its sender saw more.
    if (this.#of(index, MESSAGE) !== 0) this.#settle(it, index);
    this.#take("look", index, it);
    const write = this.#state[NEXT] ?? 0;
    this.#writes.set(it.write, write);
    // Claims that were lost used up epochs, and left no other mark.
    if (it.does === "claim") this.#state[USED] = Math.max(this.#state[USED] ?? 0, it.epoch - 1);
    this.#take(it.does, index, it);
    const epoch = this.#layout.of(this.#state, write, EPOCH);
    if (epoch !== it.epoch) throw this.#rejected(it, `it asked for epoch ${it.epoch} where ${epoch} was next`);
    if (this.#of(index, LATE) === 0) this.#take("abandon", index, it);
  }

  #arrive(it: Extract<Seen, { kind: "stands" }>, index: number): void {
    const write = this.#writes.get(it.write);
    const current = this.#state[CURRENT] ?? 0;
    if (write === undefined && this.#layout.of(this.#state, current, REVOKED) === 1) {
      // An order that is written again, since its first answer was lost, changes nothing but its nonce.
      this.#writes.set(it.write, current);
    } else if (write === undefined) {
      this.#writes.set(it.write, this.#state[NEXT] ?? 0);
      this.#take("revoke", 0, it);
    } else if (this.#of(index, LATE) === write && this.#of(index, LATE_IN_FLIGHT) === 1)
      this.#take("arriveLate", index, it);
    else if (this.#of(index, MESSAGE) === write) this.#take("arrive", index, it);
    else throw this.#rejected(it, "what stands was not asked for");
    if (this.#state[CURRENT] !== this.#writes.get(it.write))
      throw this.#rejected(it, "it replaced what its sender had not seen");
    this.#everybodyLooks(it);
  }

  #hear(it: Extract<Seen, { kind: "heard" }>, index: number): void {
    if (this.#of(index, MESSAGE) !== 0) this.#settle(it, index);
    else this.#take("look", index, it);
    const isInOffice = this.#of(index, TERM) === it.epoch && this.#of(index, LEFT) > 0;
    const isOver = this.#layout.of(this.#state, this.#state[CURRENT] ?? 0, HOLDER) !== index + 1;
    // Late news of a term that somebody has ended meanwhile makes nobody a leader.
    if (!isInOffice && !isOver)
      throw this.#rejected(it, `it says that it leads at epoch ${it.epoch}, which it cannot know`);
  }

  #settle(it: Seen, index: number): void {
    if (this.#taking.take(this.#state, "hear", index) === "impossible") this.#take("lose", index, it);
  }

  /** Whoever has no request under way. A success of its own that it sees here is heard of when the history says so, or was before. */
  #everybodyLooks(it?: Seen): void {
    for (const index of this.#indices.values()) {
      const isWaiting = this.#of(index, MESSAGE) !== 0;
      if (!isWaiting && this.#of(index, ALIVE) === 1) this.#take("look", index, it);
    }
  }

  #take(step: Step, index = 0, it?: Seen): void {
    const taken = this.#taking.take(this.#state, step, index);
    this.steps += 1;
    if (taken === null) return;
    throw this.#rejected(it, taken === "impossible" ? `the model cannot take the step "${step}"` : taken);
  }

  #of(index: number, place: number): number {
    return get(this.#state, this.#layout.process(index), place);
  }

  #rejected(it: Seen | undefined, why: string): Rejected {
    const record = this.#state[CURRENT] ?? 0;
    const stands = `epoch ${this.#layout.of(this.#state, record, EPOCH)} stands, ${this.#state[USED]} were used`;
    return new Rejected(`${it === undefined ? "" : `${it.by}, ${it.kind}: `}${why} (${stands})`, it?.at ?? this.#now);
  }
}
