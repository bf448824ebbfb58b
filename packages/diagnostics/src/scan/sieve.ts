import { anyOf } from "../any-of.ts";
import { fragmentsOf } from "./fragments.ts";
import type { Place } from "./json-line.ts";

/** Letters as English has them, the most frequent first. */
const FREQUENT = " etaoinsrhdlucmfygpwbvkxjqz";
const LENGTH = 4;
const SLOTS = 65_536;
/** Expressions are not let loose on longer messages. */
const LONG_BYTES = 4_096;

/**
 * Leaves out messages that no expression can match: by their bytes, and where these might, by the expressions. It is built from the
 * expressions themselves; one of which no text is known that each match must have leaves it to them all.
 */
export class Sieve {
  /** For each four bytes that are chosen of a fragment; `null`: some expression has none. */
  readonly #marks: Uint8Array | null;
  readonly #any: RegExp | null;

  constructor(sources: readonly string[]) {
    const fragments = sources.map(fragmentsIn);
    this.#marks = fragments.every((each) => each !== null) ? marksOf(fragments.flat()) : null;
    this.#any = anyOf(sources);
  }

  /** The same of a message that is a text already. */
  mayMatch(message: string): boolean {
    if (this.#marks !== null && !hasMarkIn(this.#marks, message)) return false;
    return this.#any?.test(message) !== false;
  }

  /** `false`: none of the expressions matches the message. */
  mayPass(bytes: Uint8Array, { start, end, isEscaped }: Place): boolean {
    if (this.#marks !== null && !hasMark(this.#marks, bytes, start, end)) return false;
    if (isEscaped || end - start > LONG_BYTES) return true;
    const message = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start)
      .toString()
      .trimEnd();
    return this.#any?.test(message) !== false;
  }
}

/** Each file has a sieve, and most of them the same expressions: the last one is kept. */
let last: { readonly key: string; readonly sieve: Sieve } | null = null;

export function sieveOf(sources: readonly string[]): Sieve {
  const key = sources.join("\n");
  if (last?.key !== key) last = { key, sieve: new Sieve(sources) };
  return last.sieve;
}

const known = new Map<string, readonly string[] | null>();

function fragmentsIn(source: string): readonly string[] | null {
  const found = known.get(source);
  if (found !== undefined) return found;
  const fragments = fragmentsOf(source);
  known.set(source, fragments);
  return fragments;
}

function marksOf(fragments: readonly string[]): Uint8Array {
  const marks = new Uint8Array(SLOTS);
  for (const fragment of fragments) {
    const [a = 0, b = 0, c = 0, d = 0] = Buffer.from(rarestIn(fragment));
    marks[slotOf(a, b, c, d)] = 1;
  }
  return marks;
}

function hasMark(marks: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  let [a, b, c] = [0, 0, 0];
  for (let at = start; at < end; at++) {
    const d = bytes[at] as number;
    if (marks[slotOf(a, b, c, d)] === 1) return true;
    a = b;
    b = c;
    c = d;
  }
  return false;
}

/** Other letters than ASCII are in no fragment; what their codes are cut to may let a message pass that is none. */
function hasMarkIn(marks: Uint8Array, text: string): boolean {
  let [a, b, c] = [0, 0, 0];
  for (let at = 0; at < text.length; at++) {
    const d = text.charCodeAt(at) & 0xff;
    if (marks[slotOf(a, b, c, d)] === 1) return true;
    a = b;
    b = c;
    c = d;
  }
  return false;
}

function slotOf(a: number, b: number, c: number, d: number): number {
  return (a ^ (b << 3) ^ (c << 6) ^ (d << 8)) & (SLOTS - 1);
}

function rarestIn(fragment: string): string {
  const pieces = Array.from({ length: fragment.length - LENGTH + 1 }, (_, at) => fragment.slice(at, at + LENGTH));
  const weight = (piece: string): number =>
    Array.from(piece.toLowerCase()).reduce((sum, letter) => sum + ((FREQUENT.indexOf(letter) + 27) % 27), 0);
  return pieces.toSorted((a, b) => weight(b) - weight(a))[0] ?? "";
}
