/** `null` of nothing. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const ordered = values.toSorted((a, b) => a - b);
  const middle = Math.floor(ordered.length / 2);
  const [low = 0, high = 0] = [ordered[middle - (ordered.length % 2 === 0 ? 1 : 0)], ordered[middle]];
  return (low + high) / 2;
}

/** `Math.min` takes no more arguments than the stack has room for; infinite of nothing, as there. */
export function least(values: readonly number[]): number {
  return values.reduce((found, value) => Math.min(found, value), Number.POSITIVE_INFINITY);
}

export function most(values: readonly number[]): number {
  return values.reduce((found, value) => Math.max(found, value), Number.NEGATIVE_INFINITY);
}

export function differences(values: readonly number[]): number[] {
  return values.slice(1).map((value, index) => value - (values[index] ?? value));
}

/** The beat behind times that are whole multiples of it apart, from their differences; `null` from too few. */
export function beatOf(gaps: readonly number[]): number | null {
  const positive = gaps.filter((gap) => gap > 500);
  if (positive.length < 2) return null;
  const shortest = least(positive);
  return median(positive.filter((gap) => gap < shortest * 1.5));
}

/** To a tenth. */
export function seconds(ms: number): string {
  return `${tenths(ms, 1_000)} s`;
}

/** "1 term", "2 terms". */
export function counted(count: number, noun: string, nouns = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : nouns}`;
}

/** "once", "2 times". */
export function times(count: number): string {
  return count === 1 ? "once" : counted(count, "time");
}

/** A long time as people say it: in minutes from ten minutes on, in hours from two hours on, in days from two days on. */
export function span(ms: number): string {
  if (ms < 600_000) return seconds(ms);
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  return ms < 172_800_000 ? `${tenths(ms, 3_600_000)} h` : `${tenths(ms, 86_400_000)} d`;
}

function tenths(ms: number, unitMs: number): number {
  return Math.round((ms * 10) / unitMs) / 10;
}

/** The index of the first of what is in order whose time is after `time`; the length where none is. */
export function indexAfter<Of>(ordered: readonly Of[], time: number, timeOf: (each: Of) => number): number {
  return searched(ordered, (each) => timeOf(each) <= time);
}

/** The index of the first of what is in order whose time is not before `time`; the length where none is. */
export function indexFrom<Of>(ordered: readonly Of[], time: number, timeOf: (each: Of) => number): number {
  return searched(ordered, (each) => timeOf(each) < time);
}

function searched<Of>(ordered: readonly Of[], isBefore: (each: Of) => boolean): number {
  let [low, high] = [0, ordered.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(ordered[middle] as Of)) low = middle + 1;
    else high = middle;
  }
  return low;
}
