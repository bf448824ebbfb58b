import { broken, type Broken } from "./invariants.ts";
import { get, type Rules } from "./rules.ts";
import {
  AGE,
  ALIVE,
  COPIES,
  COPY,
  CURRENT,
  DONE,
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

/** What may happen next, in words. Those after `land` are of no process. */
export const steps = {
  look: "looks at the store",
  claim: "claims the lease",
  renew: "sends a renewal",
  release: "stops, and sends its release",
  arrive: "its request arrives",
  hear: "hears the answer",
  lose: "gives up a request that is lost",
  abandon: "gives up a request that is still under way",
  miss: "gives up an answer",
  arriveLate: "a request it gave up arrives after all",
  loseLate: "a request it gave up is lost",
  crash: "crashes",
  raise: "raises the fence",
  begin: "begins a write at the resource",
  land: "its write reaches the resource",
  tick: "a tick passes",
  revoke: "an operator revokes the lease",
  copy: "the store is copied",
  putBack: "the copy is put back: all requests and answers under way are lost",
} as const;
export type Step = keyof typeof steps;
export const stepList: readonly Step[] = Object.keys(steps) as Step[];
const OF_NO_PROCESS: ReadonlySet<Step> = new Set<Step>(["tick", "revoke", "copy", "putBack"]);

export function isOfProcess(step: Step): boolean {
  return !OF_NO_PROCESS.has(step);
}

/** The state after one step, or what promise that step broke. */
export type Visit = (next: State, step: Step, index: number, broke: Broken | null) => void;

/** All steps from a state. A process that stands still for long is one that none of these is taken of. */
export class Steps {
  readonly #layout: Layout;
  readonly #rules: Rules;
  readonly #next: State;
  #broke: Broken | null = null;

  constructor(layout: Layout, rules: Rules) {
    this.#layout = layout;
    this.#rules = rules;
    this.#next = new Uint16Array(layout.length);
  }

  from(state: State, visit: Visit): void {
    const { processes } = this.#layout.bounds;
    for (const step of stepList)
      for (let index = 0; index < (isOfProcess(step) ? processes : 1); index += 1) {
        this.#next.set(state);
        const taken = this.take(this.#next, step, index);
        if (taken !== "impossible") visit(this.#next, step, index, taken);
      }
  }

  /** Changes the state, if the step is possible in it, and says what that breaks. */
  take(state: State, step: Step, index = 0): Broken | null | "impossible" {
    this.#broke = null;
    if (!this.#change(state, step, index)) return "impossible";
    return this.#broke ?? broken(this.#layout, this.#rules, state);
  }

  #change(state: State, step: Step, index: number): boolean {
    const at = this.#layout.process(index);
    if (step === "tick") return this.#tick(state);
    if (step === "revoke") return this.#revoke(state);
    if (step === "copy") return this.#copy(state);
    if (step === "putBack") return this.#putBack(state);
    if (step === "arrive") return this.#arrive(state, at);
    if (step === "arriveLate") return this.#arriveLate(state, at);
    if (step === "loseLate") return this.#loseLate(state, at);
    if (step === "land") return this.#land(state, at);
    return get(state, at, ALIVE) === 1 && this.#act(state, step, at, index);
  }

  /** What a process does itself. */
  #act(state: State, step: Step, at: number, index: number): boolean {
    const isIdle = get(state, at, MESSAGE) === 0;
    const seen = get(state, at, SEEN);
    const isInformed = isIdle && seen !== this.#layout.nothingSeen;
    const isItsOwn = isInformed && this.#layout.of(state, seen, HOLDER) === index + 1;
    if (step === "look") return isIdle && this.#look(state, at, index);
    if (step === "claim") return isInformed && this.#claim(state, at, index);
    if (step === "renew") return isItsOwn && this.#renew(state, at, index);
    if (step === "release") return isItsOwn && this.#release(state, at);
    if (step === "hear") return this.#hear(state, at);
    if (step === "crash") return this.#crash(state, at);
    if (step === "raise") return this.#raise(state, at);
    if (step === "begin") return this.#begin(state, at);
    return this.#giveUp(state, at, step);
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
    if (get(state, at, LEFT) === 0 || older === 1 || !this.#rules.stands(layout, state, at, index))
      this.#leave(state, at);
    return true;
  }

  #claim(state: State, at: number, index: number): boolean {
    if (get(state, at, TERM) !== 0 || !this.#rules.mayClaim(this.#layout, state, at)) return false;
    const epoch = this.#rules.claimEpoch(this.#layout, state, at);
    if (!this.#send(state, at, index + 1, epoch)) return false;
    state[USED] = Math.max(epoch, state[USED] ?? 0);
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
    state[layout.write(write) + DONE] = 1;
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
    if (layout.of(state, write, DONE) === 0) this.#broke = "a success that was none";
    if (layout.of(state, write, HOLDER) === 0) return;
    const epoch = layout.of(state, write, EPOCH);
    const isClaim = epoch > layout.of(state, layout.of(state, write, EXPECTED), EPOCH);
    if (isClaim && left > 0) {
      state[at + TERM] = epoch;
      state[at + LEFT] = left;
    } else if (get(state, at, TERM) === epoch && left > get(state, at, LEFT)) state[at + LEFT] = left;
  }

  #giveUp(state: State, at: number, step: Step): boolean {
    const stage = get(state, at, STAGE);
    if (stage !== (step === "miss" ? Stage.committed : Stage.sent)) return false;
    const write = get(state, at, MESSAGE);
    if (step === "abandon" && get(state, at, LATE) !== 0) return false;
    if (this.#rules.unknownIsSuccess) this.#takeUp(state, at, write, get(state, at, MESSAGE_LEFT));
    if (step !== "lose") {
      state[at + LATE] = write;
      state[at + LATE_IN_FLIGHT] = step === "abandon" ? 1 : 0;
      state[at + LATE_LEFT] = get(state, at, MESSAGE_LEFT);
    }
    this.#forgetMessage(state, at);
    return true;
  }

  #crash(state: State, at: number): boolean {
    const { processes, crashes } = this.#layout.bounds;
    let dead = 0;
    for (let index = 0; index < processes; index += 1) if (state[this.#layout.process(index) + ALIVE] === 0) dead += 1;
    if (dead >= crashes) return false;
    this.#leave(state, at);
    state[at + ALIVE] = 0;
    state[at + SEEN] = this.#layout.nothingSeen;
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
    if (term <= (state[FENCE] ?? 0) || get(state, at, LEFT) === 0) return false;
    state[FENCE] = term;
    return true;
  }

  #begin(state: State, at: number): boolean {
    const term = get(state, at, TERM);
    if (term === 0 || term > (state[FENCE] ?? 0)) return false;
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
      if (get(state, at, SEEN) !== this.#layout.nothingSeen)
        state[at + AGE] = Math.min(get(state, at, AGE) + 1, leaseTicks);
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
    state[layout.write(write) + DONE] = 1;
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
    for (let index = 0; index < this.#layout.bounds.processes; index += 1)
      this.#cutOff(state, this.#layout.process(index));
    return true;
  }

  /** What was read before a restart matches nothing after it. */
  #cutOff(state: State, at: number): void {
    state[at + SEEN] = this.#layout.nothingSeen;
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
