import type { Clock, Timer } from "../clock.ts";
import { LeaseError } from "../errors.ts";

export type FaultyCall = "read" | "compareAndSwap" | "watch" | "keep";

/** What goes wrong with one call of a `MemoryStore`. */
export type Fault =
  /** Fails before anything took effect. */
  | { readonly kind: "fail"; readonly error?: Error }
  /** Takes effect, then the answer is an error: `unknown`, for a compare-and-swap. */
  | { readonly kind: "fail-after"; readonly error?: Error }
  /** Takes effect late, or answers late. */
  | { readonly kind: "delay"; readonly beforeMs?: number; readonly afterMs?: number }
  /** Takes effect and never answers. */
  | { readonly kind: "drop-reply" }
  /** Neither takes effect nor answers until it is released. */
  | { readonly kind: "hang" };

/** One injected fault. */
export interface Injection {
  /** How often it has struck. */
  readonly strikes: number;
  /** Lets calls that hang go on, and injects no more. */
  release(): void;
}

/** Runs one call under the fault that is due, if any. */
export class Faults {
  readonly #clock: Clock | undefined;
  readonly #injected: {
    call: FaultyCall;
    fault: Fault;
    left: number;
    strikes: number;
    released: PromiseWithResolve;
  }[] = [];
  /** Asked for each call that nothing was injected for. */
  policy: ((call: FaultyCall) => Fault | undefined) | undefined;

  constructor(clock: Clock | undefined) {
    this.#clock = clock;
  }

  inject(call: FaultyCall, fault: Fault, times: number): Injection {
    const entry = { call, fault, left: times, strikes: 0, released: promiseWithResolve() };
    this.#injected.push(entry);
    return {
      get strikes() {
        return entry.strikes;
      },
      release: () => {
        entry.left = 0;
        entry.released.resolve();
      },
    };
  }

  /** @param giveUp what the caller is told when `signal` aborts; the effect may still come. */
  async run<T>(
    call: FaultyCall,
    effect: () => T,
    answers: { readonly signal?: AbortSignal | undefined; readonly failedAfter: (cause: unknown) => T },
  ): Promise<T> {
    const { fault, released } = this.#take(call);
    if (fault === undefined) return effect();
    const running = this.#runFaulty(fault, released, effect, answers.failedAfter);
    const { signal } = answers;
    if (signal === undefined) return await running;
    return await new Promise<T>((resolve, reject) => {
      const giveUp = (): void => {
        Promise.resolve(signal.reason).then(answers.failedAfter).then(resolve, reject);
      };
      if (signal.aborted) giveUp();
      else signal.addEventListener("abort", giveUp, { once: true });
      running.then(resolve, reject).finally(() => signal.removeEventListener("abort", giveUp));
    });
  }

  async #runFaulty<T>(
    fault: Fault,
    released: Promise<void>,
    effect: () => T,
    failedAfter: (cause: unknown) => T,
  ): Promise<T> {
    if (fault.kind === "fail") throw fault.error ?? unavailable("injected failure");
    if (fault.kind === "hang") await released;
    if (fault.kind === "delay") await this.#wait(fault.beforeMs ?? 0);
    const result = effect();
    if (fault.kind === "fail-after") return failedAfter(fault.error ?? unavailable("injected failure of the answer"));
    if (fault.kind === "drop-reply") await new Promise<never>(() => {});
    if (fault.kind === "delay") await this.#wait(fault.afterMs ?? 0);
    return result;
  }

  #take(call: FaultyCall): { fault: Fault | undefined; released: Promise<void> } {
    const entry = this.#injected.find((candidate) => candidate.call === call && candidate.left > 0);
    if (entry === undefined) return { fault: this.policy?.(call), released: new Promise(() => {}) };
    entry.left -= 1;
    entry.strikes += 1;
    return { fault: entry.fault, released: entry.released.promise };
  }

  async #wait(ms: number): Promise<void> {
    const clock = this.#clock;
    if (ms <= 0) return;
    if (clock === undefined) throw new Error("a delay needs a MemoryStore with a clock");
    await new Promise<Timer>((resolve) => {
      const timer = clock.startTimer(ms, () => resolve(timer));
    });
  }
}

export function unavailable(message: string): LeaseError {
  return new LeaseError("ESTOREUNAVAILABLE", message);
}

interface PromiseWithResolve {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

export function promiseWithResolve(): PromiseWithResolve {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
