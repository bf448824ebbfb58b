import type { Bin } from "@tenure/schema";
import { least, most } from "../numbers.ts";

/** Longer histograms show nothing more. */
const BINS_MOST = 12;

/** How often each whole number is there; the last class holds all above. */
export function countsOf(values: readonly number[]): Bin[] {
  if (values.length === 0) return [];
  const greatest = most(values);
  const last = Math.min(greatest, BINS_MOST - 1);
  return Array.from({ length: last + 1 }, (_, from) => {
    const to = from === last ? greatest + 1 : from + 1;
    return { from, to, terms: values.filter((value) => value >= from && value < to).length };
  });
}

const STEPS_MS = [1, 2, 5].flatMap((step) => [1, 10, 100, 1_000, 10_000, 100_000].map((scale) => step * scale * 10));

/** Times in classes of a round width. */
export function binsOf(valuesMs: readonly number[]): Bin[] {
  if (valuesMs.length === 0) return [];
  const [shortest, longest] = [least(valuesMs), most(valuesMs)];
  const width =
    STEPS_MS.toSorted((a, b) => a - b).find((step) => longest / step - shortest / step < BINS_MOST - 2) ??
    longest - shortest + 1;
  const first = Math.floor(shortest / width);
  return Array.from({ length: Math.floor(longest / width) - first + 1 }, (_, index) => {
    const from = (first + index) * width;
    return { from, to: from + width, terms: valuesMs.filter((ms) => ms >= from && ms < from + width).length };
  });
}
