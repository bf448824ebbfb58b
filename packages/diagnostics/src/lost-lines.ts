import { differences } from "./numbers.ts";
import type { Span } from "./silence.ts";

/** Lines that come on a beat. */
export interface Beat {
  readonly lines: number;
  readonly everyMs: number;
  /** Of those that were due, the share that is missing alone. Where all are there, half a line. */
  readonly lostShare: number;
}

/** @param times in order */
export function beatIn(times: readonly number[], everyMs: number): Beat {
  const beats = differences(times).map((gap) => Math.round(gap / everyMs));
  const [there = 0, lost = 0] = [1, 2].map((count) => beats.filter((each) => each === count).length);
  return { lines: times.length, everyMs, lostShare: Math.max(0.5, lost) / Math.max(1, there + lost) };
}

/** How many lines of a beat are missing in a silence. */
export function missingIn({ everyMs }: Pick<Beat, "everyMs">, { from, to }: Span): number {
  return Math.max(0, Math.round((to - from) / everyMs) - 1);
}

/** How likely one silence among all of those lines would be, if lines were only lost as often as the same logs lose them elsewhere. */
export function chanceOfLosing(beats: readonly Beat[], silence: Span): number {
  const most = Math.max(1, ...beats.map(({ lines }) => lines));
  return beats.reduce((chance, beat) => chance * beat.lostShare ** missingIn(beat, silence), most);
}
