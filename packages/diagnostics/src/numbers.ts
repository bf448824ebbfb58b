/** `null` of nothing. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const ordered = values.toSorted((a, b) => a - b);
  const middle = Math.floor(ordered.length / 2);
  const [low = 0, high = 0] = [ordered[middle - (ordered.length % 2 === 0 ? 1 : 0)], ordered[middle]];
  return (low + high) / 2;
}

export function differences(values: readonly number[]): number[] {
  return values.slice(1).map((value, index) => value - (values[index] ?? value));
}

/** The beat behind times that are whole multiples of it apart, from their differences; `null` from too few. */
export function beatOf(gaps: readonly number[]): number | null {
  const positive = gaps.filter((gap) => gap > 500);
  if (positive.length < 2) return null;
  const least = Math.min(...positive);
  return median(positive.filter((gap) => gap < least * 1.5));
}

/** Seconds, as people say them. */
export function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`.replace(".0 s", " s");
}

/** "1 term", "2 terms". */
export function counted(count: number, noun: string, nouns = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : nouns}`;
}

/**
 * The two-sided Mann-Whitney test: how probable at least so large a difference of two samples is when nothing differs. By the normal
 * approximation, which is good enough from three values on each side.
 */
export function mannWhitney(some: readonly number[], others: readonly number[]): number {
  const wins = some.reduce((sum, a) => sum + others.reduce((all, b) => all + (a > b ? 1 : a === b ? 0.5 : 0), 0), 0);
  const product = some.length * others.length;
  const deviation = Math.sqrt((product * (some.length + others.length + 1)) / 12);
  const z = Math.max(0, Math.abs(wins - product / 2) - 0.5) / deviation;
  return Math.min(1, 2 * (1 - normal(z)));
}

/** Abramowitz and Stegun 26.2.17. */
function normal(z: number): number {
  const t = 1 / (1 + 0.231_641_9 * z);
  const tail =
    t * (0.319_381_53 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
  return 1 - (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * tail;
}
