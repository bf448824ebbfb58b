import { broken, type Broken } from "./invariants.ts";
import { get, type Rules } from "./rules.ts";
import {
  AGE,
  ALIVE,
  COPIES,
  COPY,
  CURRENT,
  EPOCH,
  EXPECTED,
  FENCE,
  GONE,
  HOLDER,
  LATE,
  LATE_IN_FLIGHT,
  LATE_LEFT,
  LEFT,
  MESSAGE,
  MESSAGE_LEFT,
  NEXT,
  NOTHING_SEEN,
  PUBLISHED,
  REVOCATIONS,
  REVOKED,
  SEEN,
  STAGE,
  Stage,
  TERM,
  USED,
  WORK,
  type Layout,
  type State,
} from "./state.ts";

/** What may happen next; the index of the name is the step's number. Those from `tick` on are of no process. */
export const stepNames = [
  "looks at the store",
  "claims the lease",
  "sends a renewal",
  "stops, and sends its release",
  "its request arrives",
  "hears the answer",
  "gives up a request that is lost",
  "gives up a request that is still under way",
  "gives up an answer",
  "a request it gave up arrives after all",
  "a request it gave up is lost",
  "crashes",
  "raises the fence",
  "begins a write at the resource",
  "its write reaches the resource",
  "a tick passes",
  "an operator revokes the lease",
  "the store is copied",
  "the copy is put back: all requests and answers under way are lost",
] as const;
const OF_PROCESSES = 15;

/** The state after one step, or what promise that step broke. */
export type Visit = (next: State, step: number, index: number, broke: Broken | null) => void;

/** All steps from a state. A process that stands still for long is one that none of these is taken of. */
export class Steps {
  readonly #layout: Layout;
  readonly #rules: Rules;
  readonly #next: State;
  #broke: Broken | null = null;

  constructor(layout: Layout, rules: Rules) {
    this.#layout = layout;
    this.#rules = rules;
    this.#next = new Uint8Array(layout.length);
  }

  from(state: State, visit: Visit): void {
    const { processes } = this.#layout.bounds;
    for (let step = 0; step < stepNames.length; step += 1)
      for (let index = 0; index < (step < OF_PROCESSES ? processes : 1); index += 1) {
        this.#next.set(state);
        this.#broke = null;
        if (!this.#take(this.#next, step, index)) continue;
        visit(this.#next, step, index, this.#broke ?? broken(this.#layout, this.#rules, this.#next));
      }
  }

  /** Changes the state, if the step is possible in it. */
  #take(state: State, step: number, index: number): boolean {
    const at = this.#layout.process(index);
    if (step === 4) return this.#arrive(state, at);
    if (step === 9) return this.#arriveLate(state, at);
    if (step === 10) return this.#loseLate(state, at);
    if (step === 14) return this.#land(state, at);
    if (step === 15) return this.#tick(state);
    if (step === 16) return this.#revoke(state);
    if (step === 17) return this.#copy(state);
    if (step === 18) return this.#putBack(state);
    if (get(state, at, ALIVE) === 0) return false;
    if (step === 5) return this.#hear(state, at);
    if (step >= 6 && step <= 8) return this.#giveUp(state, at, step);
    if (step === 11) return this.#crash(state, at);
    if (step === 12) return this.#raise(state, at);
    if (step === 13) return this.#begin(state, at);
    if (get(state, at, MESSAGE) !== 0) return false;
    if (step === 0) return this.#look(state, at, index);
    if (get(state, at, SEEN) === NOTHING_SEEN) return false;
    if (step === 1) return this.#claim(state, at, index);
    if (this.#layout.of(state, get(state, at, SEEN), HOLDER) !== index + 1) return false;
    return step === 2 ? this.#renew(state, at, index) : this.#release(state, at);
  }

  #look(state: State, at: number, index: number): boolean {
    const layout = this.#layout;
    const current = state[CURRENT] ?? 0;
    const older = this.#rules.isOlder(layout, state) ? 1 : 0;
    if (!this.#rules.isSame(layout, state, at) || get(state, at, GONE) !== older) state[at + AGE] = 0;
    state[at + SEEN] = current;
    state[at + GONE] = older;
    const late = get(state, at, LATE);
    if (late !== 0 && late === current && older === 0) this.#takeUp(state, at, late, this.#leftOfLate(state, at));
    // The record has moved on: what was unknown is void.
    if (late !== 0 && current !== layout.of(state, late, EXPECTED)) this.#forgetLate(state, at);
    if (get(state, at, TERM) !== 0 && (older === 1 || !this.#rules.stands(layout, state, at, index)))
      this.#leave(state, at);
    return true;
  }

  #claim(state: State, at: number, index: number): boolean {
    if (get(state, at, TERM) !== 0 || !this.#rules.mayClaim(this.#layout, state, at)) return false;
    const epoch = this.#rules.claimEpoch(this.#layout, state, at);
    if (!this.#send(state, at, index + 1, epoch)) return false;
    if (this.#rules.intends) state[USED] = epoch;
    return true;
  }

  #renew(state: State, at: number, index: number): boolean {
    if (get(state, at, TERM) === 0 || !this.#rules.mayRenew(this.#layout, state, at)) return false;
    const expired = get(state, at, LEFT) === 0;
    if (!this.#send(state, at, index + 1, get(state, at, TERM))) return false;
    if (expired) this.#broke = "renewal out of office";
    return true;
  }

  #release(state: State, at: number): boolean {
    if (get(state, at, GONE) === 1 || !this.#rules.mayRelease(this.#layout, state, at)) return false;
    if (!this.#send(state, at, 0, this.#layout.of(state, get(state, at, SEEN), EPOCH))) return false;
    if (get(state, at, WORK) !== 0) this.#broke = "release during work";
    state[at + MESSAGE_LEFT] = 0;
    if (!this.#rules.leadsOnAfterRelease) this.#leave(state, at);
    return true;
  }

  #send(state: State, at: number, holder: number, epoch: number): boolean {
    const write = this.#write(state, holder, epoch, get(state, at, SEEN));
    if (write === 0) return false;
    state[at + MESSAGE] = write;
    state[at + STAGE] = Stage.sent;
    state[at + MESSAGE_LEFT] = this.#layout.bounds.deadlineTicks;
    return true;
  }

  #write(state: State, holder: number, epoch: number, expected: number): number {
    const write = state[NEXT] ?? 0;
    if (write > this.#layout.bounds.writes) return 0;
    const at = this.#layout.write(write);
    state[NEXT] = write + 1;
    state[at + HOLDER] = holder;
    state[at + EPOCH] = epoch;
    state[at + EXPECTED] = expected;
    return write;
  }

  #arrive(state: State, at: number): boolean {
    if (get(state, at, STAGE) !== Stage.sent) return false;
    const isDone = this.#swap(state, get(state, at, MESSAGE));
    state[at + STAGE] = isDone ? Stage.committed : Stage.refused;
    if (get(state, at, ALIVE) === 0) this.#forgetMessage(state, at);
    return true;
  }

  #arriveLate(state: State, at: number): boolean {
    if (get(state, at, LATE_IN_FLIGHT) === 0) return false;
    const isDone = this.#swap(state, get(state, at, LATE));
    state[at + LATE_IN_FLIGHT] = 0;
    if (!isDone || get(state, at, ALIVE) === 0) this.#forgetLate(state, at);
    return true;
  }

  #loseLate(state: State, at: number): boolean {
    if (get(state, at, LATE_IN_FLIGHT) === 0) return false;
    this.#forgetLate(state, at);
    return true;
  }

  #swap(state: State, write: number): boolean {
    const layout = this.#layout;
    if (!this.#rules.swaps(layout, state, write)) return false;
    const expected = layout.of(state, write, EXPECTED);
    const epoch = layout.of(state, write, EPOCH);
    if (expected !== state[CURRENT]) this.#broke = "a committed write lost";
    else if (epoch > layout.of(state, expected, EPOCH)) {
      if (epoch <= (state[PUBLISHED] ?? 0)) this.#broke = "an epoch twice";
      state[PUBLISHED] = Math.max(epoch, state[PUBLISHED] ?? 0);
    } else if (layout.of(state, write, HOLDER) !== 0 && epoch < (state[PUBLISHED] ?? 0))
      this.#broke = "an older epoch renewed";
    state[CURRENT] = write;
    layout.done(state, write);
    return true;
  }

  #hear(state: State, at: number): boolean {
    const stage = get(state, at, STAGE);
    if (stage !== Stage.committed && stage !== Stage.refused) return false;
    if (stage === Stage.committed) {
      const write = get(state, at, MESSAGE);
      state[at + SEEN] = write;
      state[at + GONE] = 0;
      state[at + AGE] = 0;
      this.#takeUp(state, at, write, this.#rules.brings(this.#layout, state, at));
      this.#forgetLate(state, at);
    }
    this.#forgetMessage(state, at);
    return true;
  }

  /** A request of its own took effect. */
  #takeUp(state: State, at: number, write: number, left: number): void {
    const layout = this.#layout;
    if (!layout.isDone(state, write)) this.#broke = "a success that was none";
    if (layout.of(state, write, HOLDER) === 0) return;
    const epoch = layout.of(state, write, EPOCH);
    const isClaim = epoch > layout.of(state, layout.of(state, write, EXPECTED), EPOCH);
    if (isClaim && left > 0) {
      state[at + TERM] = epoch;
      state[at + LEFT] = left;
    } else if (get(state, at, TERM) === epoch && left > get(state, at, LEFT)) state[at + LEFT] = left;
  }

  #giveUp(state: State, at: number, step: number): boolean {
    const stage = get(state, at, STAGE);
    if (stage !== (step === 8 ? Stage.committed : Stage.sent)) return false;
    const write = get(state, at, MESSAGE);
    if (step === 7 && get(state, at, LATE) !== 0) return false;
    if (this.#rules.unknownIsSuccess) this.#takeUp(state, at, write, get(state, at, MESSAGE_LEFT));
    if (step !== 6) {
      state[at + LATE] = write;
      state[at + LATE_IN_FLIGHT] = step === 7 ? 1 : 0;
      state[at + LATE_LEFT] = get(state, at, MESSAGE_LEFT);
    }
    this.#forgetMessage(state, at);
    return true;
  }

  #crash(state: State, at: number): boolean {
    const { processes, crashes } = this.#layout.bounds;
    let dead = 0;
    for (let index = 0; index < processes; index += 1)
      if (state[this.#layout.process(index) + ALIVE] === 0) dead += 1;
    if (dead >= crashes) return false;
    this.#leave(state, at);
    state[at + ALIVE] = 0;
    state[at + SEEN] = NOTHING_SEEN;
    state[at + GONE] = 0;
    state[at + AGE] = 0;
    state[at + MESSAGE_LEFT] = 0;
    state[at + LATE_LEFT] = 0;
    if (get(state, at, STAGE) !== Stage.sent) this.#forgetMessage(state, at);
    if (get(state, at, LATE_IN_FLIGHT) === 0) this.#forgetLate(state, at);
    return true;
  }

  #raise(state: State, at: number): boolean {
    const term = get(state, at, TERM);
    if (this.#layout.bounds.work === 0 || term <= (state[FENCE] ?? 0) || get(state, at, LEFT) === 0) return false;
    state[FENCE] = term;
    return true;
  }

  #begin(state: State, at: number): boolean {
    const term = get(state, at, TERM);
    if (this.#layout.bounds.work === 0 || term === 0 || term > (state[FENCE] ?? 0)) return false;
    if (get(state, at, WORK) !== 0 || !this.#rules.mayBegin(this.#layout, state, at)) return false;
    if (get(state, at, LEFT) === 0) this.#broke = "begun out of office";
    state[at + WORK] = term;
    return true;
  }

  #land(state: State, at: number): boolean {
    const work = get(state, at, WORK);
    if (work === 0) return false;
    if (this.#rules.letsIn(this.#layout, state, at)) {
      if (work < (state[FENCE] ?? 0)) this.#broke = "a late write let in";
      state[FENCE] = work;
    }
    state[at + WORK] = 0;
    return true;
  }

  #tick(state: State): boolean {
    const { processes, leaseTicks } = this.#layout.bounds;
    for (let index = 0; index < processes; index += 1) {
      const at = this.#layout.process(index);
      if (get(state, at, SEEN) !== NOTHING_SEEN) state[at + AGE] = Math.min(get(state, at, AGE) + 1, leaseTicks);
      for (const place of [LEFT, MESSAGE_LEFT, LATE_LEFT])
        if (get(state, at, place) > 0) state[at + place] = get(state, at, place) - 1;
    }
    return true;
  }

  #revoke(state: State): boolean {
    const layout = this.#layout;
    const current = state[CURRENT] ?? 0;
    const holder = layout.of(state, current, HOLDER);
    if ((state[REVOCATIONS] ?? 0) >= layout.bounds.revocations) return false;
    if (holder === 0 || layout.of(state, current, REVOKED) === 1 || this.#rules.isOlder(layout, state)) return false;
    const write = this.#write(state, holder, layout.of(state, current, EPOCH), current);
    if (write === 0) return false;
    state[layout.write(write) + REVOKED] = 1;
    state[REVOCATIONS] = (state[REVOCATIONS] ?? 0) + 1;
    state[CURRENT] = write;
    layout.done(state, write);
    return true;
  }

  #copy(state: State): boolean {
    if (this.#layout.bounds.restores === 0 || state[COPIES] !== 0) return false;
    state[COPIES] = 1;
    state[COPY] = state[CURRENT] ?? 0;
    return true;
  }

  #putBack(state: State): boolean {
    if (state[COPIES] !== 1 || state[COPY] === state[CURRENT]) return false;
    state[CURRENT] = state[COPY] ?? 0;
    state[COPIES] = 2;
    state[COPY] = 0;
    for (let index = 0; index < this.#layout.bounds.processes; index += 1) this.#cutOff(state, this.#layout.process(index));
    return true;
  }

  /** What was read before a restart matches nothing after it. */
  #cutOff(state: State, at: number): void {
    state[at + SEEN] = NOTHING_SEEN;
    state[at + GONE] = 0;
    state[at + AGE] = 0;
    if (get(state, at, LATE_IN_FLIGHT) === 1) this.#forgetLate(state, at);
    if (get(state, at, STAGE) === Stage.committed) {
      state[at + LATE] = get(state, at, MESSAGE);
      state[at + LATE_LEFT] = get(state, at, MESSAGE_LEFT);
    }
    this.#forgetMessage(state, at);
  }

  #leftOfLate(state: State, at: number): number {
    return this.#rules.bringsLate(this.#layout, get(state, at, LATE_LEFT));
  }

  #leave(state: State, at: number): void {
    state[at + TERM] = 0;
    state[at + LEFT] = 0;
  }

  #forgetMessage(state: State, at: number): void {
    state[at + MESSAGE] = 0;
    state[at + STAGE] = Stage.none;
    state[at + MESSAGE_LEFT] = 0;
  }

  #forgetLate(state: State, at: number): void {
    state[at + LATE] = 0;
    state[at + LATE_IN_FLIGHT] = 0;
    state[at + LATE_LEFT] = 0;
  }
}
