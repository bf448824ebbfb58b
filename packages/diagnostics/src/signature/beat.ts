import type { Beat } from "@tenure/schema";
import { most } from "../numbers.ts";
import type { ObservedTerm } from "../term.ts";
import { countsOf } from "./bins.ts";

/** Fewer renewals fall on any beat. */
const RENEWALS_LEAST = 5;
/** Times that lie farther off than this share of the interval are on no beat. */
const RESIDUAL_MOST = 1 / 8;

/**
 * The interval whose multiples the renewals lie on, counted from each acquisition, by least squares from a first guess; `null` where they
 * lie on none. `terms` are those that ended by themselves, `all` also those that were released.
 */
export function beatIn(all: readonly ObservedTerm[], terms: readonly ObservedTerm[], guessMs: number): Beat | null {
  const offsets = all.flatMap(({ acquiredAt, renewedAt }) => renewedAt.map((at) => at - acquiredAt));
  const onBeat = offsets
    .map((offset) => ({ offset, beats: Math.round(offset / guessMs) }))
    .filter(({ beats }) => beats > 0);
  if (onBeat.length < RENEWALS_LEAST) return null;
  const squares = onBeat.reduce((sum, { beats }) => sum + beats * beats, 0);
  const intervalMs = onBeat.reduce((sum, { beats, offset }) => sum + beats * offset, 0) / squares;
  const worstResidualMs = most(onBeat.map(({ offset, beats }) => Math.abs(offset - beats * intervalMs)));
  if (worstResidualMs > intervalMs * RESIDUAL_MOST || onBeat.length < offsets.length) return null;
  // What is missing among kept versions may have been renewed all the same.
  const ended = terms.filter(({ end, isSampled }) => end !== null && !isSampled);
  const due = ended.map((term) => dueIn(term, intervalMs));
  return {
    intervalMs,
    renewals: offsets.length,
    worstResidualMs,
    // One of them was spent on the fit.
    chance: Math.min(1, ((2 * worstResidualMs) / intervalMs) ** (offsets.length - 1)),
    histogram: countsOf(terms.map(({ renewedAt }) => renewedAt.length)),
    due: due.reduce((sum, each) => sum + each, 0),
    missed: ended.reduce((sum, term, index) => sum + Math.max(0, (due[index] ?? 0) - term.renewedAt.length), 0),
  };
}

function dueIn({ end, acquiredAt }: ObservedTerm, intervalMs: number): number {
  return Math.max(0, Math.floor(((end?.at ?? acquiredAt) - acquiredAt) / intervalMs));
}
