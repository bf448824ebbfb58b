import { indexAfter } from "./numbers.ts";
import type { Span } from "./silence.ts";

/** How far the spans reach that had begun by a time: whether one of very many covers something. */
export class Reach {
  readonly #reaches: { readonly from: number; readonly to: number }[] = [];

  constructor(spans: readonly Span[]) {
    let farthest = Number.NEGATIVE_INFINITY;
    for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
      farthest = Math.max(farthest, to);
      this.#reaches.push({ from, to: farthest });
    }
  }

  /** The end of the one that ends last of those that had begun by then. */
  of(time: number): number {
    const index = indexAfter(this.#reaches, time, ({ from }) => from) - 1;
    return this.#reaches[index]?.to ?? Number.NEGATIVE_INFINITY;
  }

  /** Whether one had begun by then and was not over. */
  isWithin(time: number): boolean {
    return this.of(time) > time;
  }
}
