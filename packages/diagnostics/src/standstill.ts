import { fileName } from "./file-name.ts";
import { indexAfter, indexFrom } from "./numbers.ts";
import { once } from "./once.ts";
import type { Scene } from "./rule.ts";
import type { ObservedTerm } from "./term.ts";
import type { Pause, Voice } from "./voices.ts";

/** A time in which nothing was heard of a holder's work, which had been heard of all the time before. */
export interface Standstill extends Pause {
  readonly term: ObservedTerm;
  /** Whether it was heard again afterwards. */
  readonly goesOn: boolean;
}

/** Fewer lines show no habit. */
const LINES_LEAST = 30;
/** Who is born with the holder is its own. */
const BIRTH_MS = 120_000;
/** Who goes on for so long after the next one led is of no holder. */
const AFTER_MS = 600_000;
/** A pause says something where it is so many times as long as any before it. */
const UNUSUAL = 10;
/** Shorter pauses are not noted. */
const NOTED_MS = 5_000;
/** What a program says when it starts is no habit yet. */
const HABIT_MS = 120_000;
const MOMENT_MS = 2_000;

/**
 * The longest time in which a holder that used to be heard all the time was not: `null` for one that says little, and where anybody else of
 * its own went on. Pauses that began before its last renewal, or soon after.
 */
export function standstillOf(scene: Scene, term: ObservedTerm): Standstill | null {
  return standstillsIn(scene).get(term) ?? null;
}

const standstillsIn = once(({ own, terms }: Scene) => {
  const voices = new VoicesOfTerms(own.voices);
  return new Map(terms.map((term) => [term, longestOf(term, voices.of(term))] as const));
});

function longestOf(term: ObservedTerm, voices: readonly Voice[]): Standstill | null {
  const main = voices.filter(({ lines }) => lines >= LINES_LEAST).toSorted((a, b) => b.lines - a.lines)[0];
  if (main === undefined) return null;
  const pauses = main.pauses.filter(({ from, linesBefore }) => from >= term.acquiredAt && linesBefore >= LINES_LEAST);
  const end = endOf(term);
  const longest = pauses.toSorted((a, b) => lengthOf(b, end) - lengthOf(a, end))[0];
  if (longest === undefined || !isUnusual(main, longest, lengthOf(longest, end), term)) return null;
  const others = voices.filter((each) => each !== main);
  if (others.some((each) => isHeard(each, longest.from + MOMENT_MS, Math.min(longest.to, end) - MOMENT_MS)))
    return null;
  return { ...longest, term, goesOn: Number.isFinite(longest.to) };
}

function lengthOf({ from, to }: Pause, end: number): number {
  return Math.min(to, end) - from;
}

/** When a term was over at the latest, whatever its holder thought. */
function endOf({ end, released, stale, nextAcquiredAt, lastRenewAt }: ObservedTerm): number {
  const told = [end?.at, released?.at, stale?.at, nextAcquiredAt].filter((at) => at !== undefined);
  const first = Math.min(...told);
  return Number.isFinite(first) ? Math.max(first, lastRenewAt) : lastRenewAt;
}

function isUnusual(voice: Voice, { from }: Pause, lengthMs: number, { acquiredAt }: ObservedTerm): boolean {
  const earlier = voice.pauses.filter((each) => each.from < from && each.to > acquiredAt);
  const longestMs = Math.max(...earlier.map((each) => each.to - each.from), NOTED_MS);
  const activeMs = from - Math.max(voice.first, acquiredAt);
  return lengthMs >= UNUSUAL * longestMs && activeMs >= Math.max(HABIT_MS, UNUSUAL * longestMs);
}

/** Voices by what ties them to a holder: there may be thousands of both. */
class VoicesOfTerms {
  readonly #order: ReadonlyMap<Voice, number>;
  readonly #byName = new Map<string, Voice[]>();
  readonly #born: readonly Voice[];

  constructor(voices: readonly Voice[]) {
    this.#order = new Map(voices.map((voice, index) => [voice, index]));
    for (const voice of voices) for (const name of new Set([voice.name, fileName(voice.file)])) this.#note(name, voice);
    this.#born = voices.filter(({ name }) => name !== "").toSorted((a, b) => a.first - b.first);
  }

  #note(name: string, voice: Voice): void {
    const of = this.#byName.get(name) ?? [];
    this.#byName.set(name, of);
    of.push(voice);
  }

  /** A holder's own: by their name, by their log's, or because they began with it and did not outlive it for long. */
  of({ holder, acquiredAt, nextAcquiredAt }: ObservedTerm): Voice[] {
    const from = indexFrom(this.#born, acquiredAt - BIRTH_MS, firstOf);
    const to = indexAfter(this.#born, acquiredAt + BIRTH_MS, firstOf);
    const born = this.#born.slice(from, to).filter(({ last }) => last < nextAcquiredAt + AFTER_MS);
    const own = new Set([...(this.#byName.get(holder) ?? []), ...born]);
    return [...own].toSorted((a, b) => (this.#order.get(a) ?? 0) - (this.#order.get(b) ?? 0));
  }
}

function firstOf({ first }: Voice): number {
  return first;
}

function isHeard({ first, last, pauses }: Voice, from: number, to: number): boolean {
  if (first > to || last < from) return false;
  return !pauses.some((pause) => pause.from <= from && pause.to >= to);
}
