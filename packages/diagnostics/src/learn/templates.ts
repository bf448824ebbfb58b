import type { EvidenceLine } from "@tenure/schema";
import { guessOf, tellsOfWriting } from "./guess.ts";
import { isAlike, merged, tokensOf, type Token } from "./token.ts";

/** Messages that differ only in their names and numbers. */
export interface Template {
  tokens: Token[];
  lines: number;
  readonly first: EvidenceLine;
  /** Some of what stood in each place, to see which values repeat. */
  readonly values: Set<string>[];
  /** Fields of the line beside its message, and what the log itself names as its source. */
  readonly fields: Readonly<Record<string, string>>;
  readonly sources: Set<string>;
  /** The seconds in which it came, the first of them. */
  readonly seconds: Set<number>;
}

export interface Message {
  readonly text: string;
  /** Milliseconds since 1970; `null`: it does not say when. */
  readonly at: number | null;
  readonly place: EvidenceLine;
  readonly fields: Readonly<Record<string, string>>;
  readonly source: string | undefined;
}

/** So many differing messages are no log, or one of free text. */
const TEMPLATES_MOST = 2_000;
const VALUES_MOST = 20;
const SECONDS_MOST = 2_000;
const WORDS_MOST = 10_000;
/** Messages that share less than this of their words are of two kinds. */
const SHARED_LEAST = 0.6;

/**
 * Groups messages as Drain does (He and others, 2017): by their length and first word, then with the first group of which enough words are
 * the same.
 */
export class Templates {
  readonly all: Template[] = [];
  /** Messages that came when there was no room for another kind. */
  dropped = 0;
  readonly #byKey = new Map<string, Template[]>();
  /** Where messages of the same words went: most are repeated, and what they say need not be guessed again. */
  readonly #byWords = new Map<string, Template>();

  add({ text, at, place, fields, source }: Message): void {
    const tokens = tokensOf(text);
    if (tokens === null || tokens.length === 0) return;
    const words = tokens.map(({ text: word, unit, isNumber }) => word ?? (isNumber ? `0${unit}` : "")).join(" ");
    const known = this.#byWords.get(words);
    if (known !== undefined && join(known, tokens, true)) return take(known, at, source);
    const template = this.#placed({ text, at, place, fields, source }, tokens);
    if (template !== null && this.#byWords.size < WORDS_MOST) this.#byWords.set(words, template);
  }

  /** Into the first group that shares enough words with it, or into one of its own. */
  #placed({ text, at, place, fields, source }: Message, tokens: Token[]): Template | null {
    // "lease renewed by x" and "lease released by x" share most of their words, and are not one kind.
    const key = `${guessOf(text)?.kind ?? (tellsOfWriting(text) ? "writing" : "")} ${tokens.length} ${tokens[0]?.text ?? "*"}`;
    const of = this.#byKey.get(key) ?? [];
    this.#byKey.set(key, of);
    const alike = of.find((template) => join(template, tokens));
    if (alike !== undefined) {
      take(alike, at, source);
      return alike;
    }
    if (this.all.length === TEMPLATES_MOST) {
      this.dropped++;
      return null;
    }
    const values = tokens.map(({ sample }) => new Set([sample]));
    const sources = new Set(source === undefined ? [] : [source]);
    const seconds = new Set(at === null ? [] : [Math.floor(at / 1_000)]);
    const template = { tokens, lines: 1, first: place, values, fields, sources, seconds };
    of.push(template);
    this.all.push(template);
    return template;
  }
}

function take({ sources, seconds }: Template, at: number | null, source: string | undefined): void {
  if (source !== undefined && sources.size < VALUES_MOST) sources.add(source);
  if (at !== null && seconds.size < SECONDS_MOST) seconds.add(Math.floor(at / 1_000));
}

/** @param isKnown whether a message of the same words is of the template already. */
function join(template: Template, tokens: readonly Token[], isKnown = false): boolean {
  if (!isKnown && !sharesEnough(template, tokens)) return false;
  const both = tokens.map((token, index) => merged(template.tokens[index] as Token, token));
  if (both.includes(null)) return false;
  template.tokens = both as Token[];
  template.lines++;
  for (const [index, { sample }] of tokens.entries()) {
    const values = template.values[index];
    if (values !== undefined && values.size < VALUES_MOST) values.add(sample);
  }
  return true;
}

function sharesEnough(template: Template, tokens: readonly Token[]): boolean {
  const isWord = ({ text }: Token): boolean => text !== null && /\p{L}/u.test(text);
  const shared = tokens.filter((token, index) => {
    const own = template.tokens[index];
    return own !== undefined && isWord(token) && isAlike(own, token);
  }).length;
  return shared >= tokens.filter(isWord).length * SHARED_LEAST;
}
