import type { Evidence } from "./evidence.ts";
import { indexFrom } from "./numbers.ts";

interface Timed {
  readonly time: number;
  readonly evidence: Evidence;
}

/** Evidence by the holder that it names, in the order of time: a history has thousands of terms. */
export class ByHolder {
  readonly #of = new Map<string, Timed[]>();

  constructor(all: readonly Evidence[], timeOf: (evidence: Evidence) => number = ({ at }) => at) {
    for (const evidence of all) {
      const holder = evidence.facts.holder ?? "";
      const of = this.#of.get(holder) ?? [];
      this.#of.set(holder, of);
      of.push({ time: timeOf(evidence), evidence });
    }
    for (const of of this.#of.values()) of.sort((a, b) => a.time - b.time);
  }

  /** The times of what is of one holder and of a kind, from a time on and before another. */
  times(holder: string, from: number, to: number, isKept: (evidence: Evidence) => boolean): number[] {
    return this.#within(holder, from, to)
      .filter(({ evidence }) => isKept(evidence))
      .map(({ time }) => time);
  }

  first(holder: string, from: number, isKept: (evidence: Evidence) => boolean): Evidence | null {
    const of = this.#of.get(holder) ?? [];
    for (let index = indexFrom(of, from, ({ time }) => time); index < of.length; index++) {
      const evidence = of[index]?.evidence;
      if (evidence !== undefined && isKept(evidence)) return evidence;
    }
    return null;
  }

  has(holder: string, from: number, to: number): boolean {
    return this.#within(holder, from, to).length > 0;
  }

  #within(holder: string, from: number, to: number): readonly Timed[] {
    const of = this.#of.get(holder) ?? [];
    const timeOf = ({ time }: Timed): number => time;
    return of.slice(indexFrom(of, from, timeOf), indexFrom(of, to, timeOf));
  }
}
