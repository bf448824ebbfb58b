import type { InvariantId } from "@tenure/history";
import type { Copy } from "./copy.ts";
import { Judge } from "./judging.ts";
import type { Mutant } from "./mutant.ts";

/** How a mutant was killed: by the schedule of this seed, on which the original keeps its promises. */
export interface Kill {
  readonly seed: number;
  readonly invariant: InvariantId;
  readonly sentence: string;
  /** Schedules run until then. */
  readonly schedules: number;
}

export interface Hunted {
  readonly mutant: Mutant;
  readonly kill: Kill | null;
  /** Schedules that ended in an error of no code of ours, which is no kill. */
  readonly crashes: number;
  readonly schedules: number;
  /** What went wrong, if the hunt could not go on. */
  readonly trouble?: string;
}

export interface Bounds {
  readonly schedules: number;
  readonly ms: number;
}

/** Kills mutants; asks the original only about seeds on which a mutant failed. */
export class Hunter {
  readonly #copy: Copy;
  readonly #clean = new Map<string, Promise<boolean>>();
  #original: Promise<Judge> | undefined;
  #asking: Promise<unknown> = Promise.resolve();

  constructor(copy: Copy) {
    this.#copy = copy;
  }

  /** Tries these seeds one after the other. */
  async hunt(mutant: Mutant, seeds: Iterable<number>, bounds: Bounds): Promise<Hunted> {
    let judge: Judge | undefined;
    const startedAtMs = performance.now();
    let crashes = 0;
    let schedules = 0;
    try {
      judge = await Judge.of(this.#copy, mutant);
      for (const seed of seeds) {
        if (schedules >= bounds.schedules || performance.now() - startedAtMs > bounds.ms) break;
        schedules += 1;
        const { violations, crashes: crashed } = await judge.judge(seed, mutant);
        if (crashed > 0) crashes += 1;
        const broken = violations.find(({ invariant }) => mutant.invariants.includes(invariant));
        if (broken === undefined || crashed > 0 || !(await this.isClean(seed, mutant))) continue;
        return { mutant, kill: { seed, ...broken, schedules }, crashes, schedules };
      }
      return { mutant, kill: null, crashes, schedules };
    } catch (error) {
      return {
        mutant,
        kill: null,
        crashes,
        schedules,
        trouble: error instanceof Error ? error.message : String(error),
      };
    } finally {
      judge?.close();
    }
  }

  /** Whether the original keeps every promise in the schedule of a seed, in the mutant's setting. */
  isClean(seed: number, mutant: Mutant): Promise<boolean> {
    const key = `${seed} ${mutant.setting?.what ?? ""}`;
    const known = this.#clean.get(key);
    if (known !== undefined) return known;
    this.#original ??= Judge.of(this.#copy, null);
    const original = this.#original;
    const answer = this.#asking.then(async () => {
      const { violations, crashes } = await (await original).judge(seed, mutant);
      return violations.length === 0 && crashes === 0;
    });
    this.#asking = answer.catch(() => {});
    this.#clean.set(key, answer);
    return answer;
  }

  async close(): Promise<void> {
    (await this.#original)?.close();
  }
}

export function* from(first: number): Generator<number> {
  for (let seed = first; ; seed += 1) yield seed;
}
