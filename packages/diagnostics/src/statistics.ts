import { indexAfter, indexFrom } from "./numbers.ts";

/** Two samples compared without a word on how they are distributed. */
export interface Comparison {
  /** How probable at least so large a difference of ranks is when nothing differs; two-sided. */
  readonly p: number;
  /** The least that samples of these sizes could have given. */
  readonly leastP: number;
  /** The 95 % confidence interval of the shift of the second against the first; `null` where the samples are too few for one. */
  readonly shift: readonly [least: number, most: number] | null;
  readonly isExact: boolean;
}

const EXACT_MAX = 60;
const ALPHA = 0.05;

/**
 * The Mann-Whitney test, and the shift of Hodges and Lehmann with its interval (Lehmann, Nonparametrics, 1975). Exact, by counting
 * every way of dealing the values to the two sides, ties included, up to 60 values; beyond that by the normal approximation.
 */
export function compare(some: readonly number[], others: readonly number[]): Comparison | null {
  if (some.length === 0 || others.length === 0) return null;
  const all = [...some, ...others];
  const isExact = all.length <= EXACT_MAX;
  const ranks = doubledRanks(all);
  const sum = ranks.slice(0, some.length).reduce((total, rank) => total + rank, 0);
  if (!isExact) {
    const p = approximateP(ranks, sum, some.length);
    return { p, leastP: 0, shift: shiftOf(some, others, approximateCut(some.length, others.length)), isExact };
  }
  const ways = waysToDeal(ranks, some.length);
  const untied = waysToDeal(
    all.map((_, index) => 2 * (index + 1)),
    some.length,
  );
  const mean = some.length * (all.length + 1);
  return {
    p: tailOf(ways, sum, mean),
    // Ties can make one side's most extreme deal rarer than both ends together are without them.
    leastP: Math.min(1, 2 / totalOf(untied), tailOf(ways, farthest(ways, mean), mean)),
    shift: shiftOf(some, others, exactCut(untied, some.length)),
    isExact,
  };
}

/** Twice the rank of each value, so that the mean ranks of ties are whole numbers. */
function doubledRanks(values: readonly number[]): number[] {
  const ordered = values.toSorted((a, b) => a - b);
  return values.map((value) => {
    return indexFrom(ordered, value, itself) + indexAfter(ordered, value, itself) + 1;
  });
}

function itself(value: number): number {
  return value;
}

/** How many choices of `size` of the ranks have each sum. */
function waysToDeal(ranks: readonly number[], size: number): Float64Array {
  const most = ranks.reduce((sum, rank) => sum + rank, 0);
  const bySize = Array.from({ length: size + 1 }, () => new Float64Array(most + 1));
  (bySize[0] as Float64Array)[0] = 1;
  for (const rank of ranks)
    for (let count = size; count > 0; count--) {
      const [fewer, own] = [bySize[count - 1] as Float64Array, bySize[count] as Float64Array];
      for (let sum = most; sum >= rank; sum--) own[sum] = (own[sum] ?? 0) + (fewer[sum - rank] ?? 0);
    }
  return bySize[size] as Float64Array;
}

function totalOf(ways: Float64Array): number {
  return ways.reduce((sum, count) => sum + count, 0);
}

function farthest(ways: Float64Array, mean: number): number {
  const [least, most] = [ways.findIndex((count) => count > 0), ways.findLastIndex((count) => count > 0)];
  return mean - least > most - mean ? least : most;
}

/** The share of deals at least as far from the mean as this one; `mean` is that of the doubled ranks. */
function tailOf(ways: Float64Array, sum: number, mean: number): number {
  const distance = Math.abs(sum - mean);
  let far = 0;
  for (const [at, count] of ways.entries()) if (Math.abs(at - mean) >= distance) far += count;
  return Math.min(1, far / totalOf(ways));
}

/** How many of the ordered differences may be cut off at each end, so that 95 % confidence is left; negative: none fits. */
function exactCut(ways: Float64Array, size: number): number {
  const total = totalOf(ways);
  const least = size * (size + 1);
  let [below, cut] = [0, -1];
  for (let at = least; at < ways.length; at += 2) {
    below += ways[at] ?? 0;
    if (below / total > ALPHA / 2) break;
    cut++;
  }
  return cut;
}

function approximateCut(n: number, m: number): number {
  return Math.floor((n * m) / 2 - 1.96 * Math.sqrt((n * m * (n + m + 1)) / 12));
}

/** More differences than this are thinned: the bounds of so many values do not depend on each of them. */
const DIFFERENCES_MAX = 1_000_000;

function shiftOf(some: readonly number[], others: readonly number[], cut: number): Comparison["shift"] {
  if (cut < 0 || some.length * others.length > DIFFERENCES_MAX) return null;
  const differences = some.flatMap((a) => others.map((b) => b - a)).toSorted((a, b) => a - b);
  const [least, most] = [differences[cut], differences[differences.length - 1 - cut]];
  return least === undefined || most === undefined ? null : [least, most];
}

function approximateP(ranks: readonly number[], sum: number, size: number): number {
  const [n, m, all] = [size, ranks.length - size, ranks.length];
  const ties = new Map<number, number>();
  for (const rank of ranks) ties.set(rank, (ties.get(rank) ?? 0) + 1);
  const tied = [...ties.values()].reduce((total, count) => total + count ** 3 - count, 0);
  const variance = ((n * m) / 12) * (all + 1 - tied / (all * (all - 1)));
  if (variance <= 0) return 1;
  const z = Math.max(0, Math.abs(sum - n * (all + 1)) / 2 - 0.5) / Math.sqrt(variance);
  return Math.min(1, 2 * upperTail(z));
}

/** Of the normal distribution; Abramowitz and Stegun 26.2.17. */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.231_641_9 * z);
  const tail =
    t * (0.319_381_53 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * tail;
}
