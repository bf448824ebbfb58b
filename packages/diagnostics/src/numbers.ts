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

/** A long time as people say it: in minutes from ten minutes on, in hours from two hours on. */
export function span(ms: number): string {
  if (ms < 600_000) return seconds(ms);
  return ms < 7_200_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 360_000) / 10} h`;
}
