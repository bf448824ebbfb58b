import { differences } from "./numbers.ts";
import type { Span } from "./silence.ts";

/** Lines that come on a beat. */
export interface Beat {
  /** In order. */
  readonly times: readonly number[];
  readonly everyMs: number;
}

/** How many lines of a beat are missing in a silence. */
export function missingIn({ everyMs }: Beat, { from, to }: Span): number {
  return Math.max(0, Math.round((to - from) / everyMs) - 1);
}

/** How likely one silence among all of those times would be, if lines were only lost as often as the same logs lose them elsewhere. */
export function chanceOfLosing(beats: readonly Beat[], silence: Span): number {
  const most = Math.max(1, ...beats.map(({ times }) => times.length));
  return beats.reduce((chance, beat) => chance * lostShare(beat) ** missingIn(beat, silence), most);
}

/** Of the lines of a beat, those that are missing alone. Where all are there, half a line. */
function lostShare({ times, everyMs }: Beat): number {
  const beats = differences(times).map((gap) => Math.round(gap / everyMs));
  const [there, lost] = [1, 2].map((count) => beats.filter((each) => each === count).length);
  return Math.max(0.5, lost ?? 0) / Math.max(1, (there ?? 0) + (lost ?? 0));
}
