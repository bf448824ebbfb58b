import type { Evidence } from "./evidence.ts";
import { indexFrom } from "./numbers.ts";

interface Timed {
  readonly time: number;
  readonly evidence: Evidence;
}

interface Keys {
  /** By more than the holder. */
  readonly keyOf?: (evidence: Evidence) => string;
  /** By another time than the line's. */
  readonly timeOf?: (evidence: Evidence) => number;
}

/** Evidence by the holder that it names, in the order of time: a history has thousands of terms. */
export class ByHolder {
  readonly #of = new Map<string, Timed[]>();

  constructor(all: readonly Evidence[], { keyOf = holderOf, timeOf: at = writtenAt }: Keys = {}) {
    for (const evidence of all) {
      const key = keyOf(evidence);
      const of = this.#of.get(key) ?? [];
      this.#of.set(key, of);
      of.push({ time: at(evidence), evidence });
    }
    for (const of of this.#of.values()) of.sort((a, b) => a.time - b.time);
  }

  /** The times of what is of one holder and of a kind, from a time on and before another. */
  times(holder: string, from: number, to: number, isKept: (evidence: Evidence) => boolean): number[] {
    return this.#within(holder, from, to)
      .filter(({ evidence }) => isKept(evidence))
      .map(({ time }) => time);
  }

  first(holder: string, from: number): Evidence | null {
    const of = this.#of.get(holder) ?? [];
    return of[indexFrom(of, from, timeOf)]?.evidence ?? null;
  }

  /** The last one before a time. */
  last(holder: string, before: number): Evidence | null {
    const of = this.#of.get(holder) ?? [];
    return of[indexFrom(of, before, timeOf) - 1]?.evidence ?? null;
  }

  has(holder: string, from: number, to: number): boolean {
    return this.count(holder, from, to) > 0;
  }

  count(holder: string, from: number, to: number): number {
    const of = this.#of.get(holder) ?? [];
    return Math.max(0, indexFrom(of, to, timeOf) - indexFrom(of, from, timeOf));
  }

  #within(holder: string, from: number, to: number): readonly Timed[] {
    const of = this.#of.get(holder) ?? [];
    return of.slice(indexFrom(of, from, timeOf), indexFrom(of, to, timeOf));
  }
}

function timeOf({ time }: Timed): number {
  return time;
}

function holderOf({ facts }: Evidence): string {
  return facts.holder ?? "";
}

function writtenAt({ at }: Evidence): number {
  return at;
}
