import { indexAfter, least } from "../numbers.ts";
import type { Succession } from "./succession.ts";

/** Between these a lease without a renewal is called expired. */
export interface Expiry {
  readonly leastMs: number;
  readonly mostMs: number;
}

/**
 * What the polls alone say: each lease was called expired at an age after the one at which a poll still found it valid. The stretch that
 * most of them share; `null` where no two agree.
 */
export function expiryIn(successions: readonly Succession[], pollMs: number | null): Expiry | null {
  const seen = successions.flatMap(({ ageMs, heldAgeMs }) => (ageMs === null ? [] : [{ ageMs, heldAgeMs }]));
  const soonestMs = least(seen.map(({ ageMs }) => ageMs));
  const bounds = seen.map(({ ageMs, heldAgeMs }) => ({
    // Where polls that find nothing wrong say nothing, the one before was at most one poll earlier, if it took place at all.
    from: heldAgeMs ?? (pollMs !== null && ageMs <= soonestMs + pollMs ? Math.max(0, ageMs - pollMs) : 0),
    to: ageMs,
  }));
  const open = bounds.filter(({ from, to }) => from < to);
  const [froms, tos] = [open.map(({ from }) => from), open.map(({ to }) => to)].map((all) =>
    all.toSorted((a, b) => a - b),
  );
  // What has begun by then, without what is over by then.
  const sharing = (at: number): number =>
    indexAfter(froms ?? [], at, (each) => each) - indexAfter(tos ?? [], at, (each) => each);
  const shared = bounds.map(({ from }) => ({ from, of: sharing(from) }));
  const [best] = shared.toSorted((a, b) => b.of - a.of || b.from - a.from);
  if (best === undefined || best.of < Math.min(2, seen.length)) return null;
  const ends = open.filter(({ from, to }) => from <= best.from && best.from < to).map(({ to }) => to);
  return { leastMs: best.from, mostMs: least(ends) };
}
