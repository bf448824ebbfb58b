import type { Evidence } from "./evidence.ts";
import { indexAfter } from "./numbers.ts";

/** What took time and was told at its end, so that a moment within it can be looked up among very many. */
export class Stretches {
  readonly #lines: readonly Evidence[];
  /** A tree over where they begin: each node has the least of both below it, the last half are the lines themselves. */
  readonly #begins: Float64Array;
  readonly #width: number;

  /** @param lines in the order of time */
  constructor(lines: readonly Evidence[], beginOf: (line: Evidence) => number) {
    this.#lines = lines;
    this.#width = 2 ** Math.ceil(Math.log2(Math.max(1, lines.length)));
    this.#begins = new Float64Array(2 * this.#width).fill(Number.POSITIVE_INFINITY);
    for (const [index, line] of lines.entries()) this.#begins[this.#width + index] = beginOf(line);
    for (let node = this.#width - 1; node > 0; node--)
      this.#begins[node] = Math.min(this.#begin(2 * node), this.#begin(2 * node + 1));
  }

  /** The first that was told after a moment and had begun by then. */
  firstOver(time: number): Evidence | undefined {
    const from = indexAfter(this.#lines, time, ({ at }) => at);
    if (from === this.#lines.length) return undefined;
    let node = this.#width + from;
    while (this.#begin(node) > time) {
      while (node % 2 === 1) node = (node - 1) / 2;
      if (node === 0) return undefined;
      node++;
    }
    while (node < this.#width) node = this.#begin(2 * node) <= time ? 2 * node : 2 * node + 1;
    return this.#lines[node - this.#width];
  }

  /** The last that had begun by then, whenever it was told. */
  lastBegunBy(time: number): Evidence | undefined {
    if (this.#begin(1) > time) return undefined;
    let node = 1;
    while (node < this.#width) node = this.#begin(2 * node + 1) <= time ? 2 * node + 1 : 2 * node;
    return this.#lines[node - this.#width];
  }

  #begin(node: number): number {
    return this.#begins[node] as number;
  }
}
