/** Not JSON, or nothing that is read so quickly. */
export const UNSURE = -1;

const DEPTH_MAX = 32;
const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [BRACE, BRACE_END, BRACKET, BRACKET_END] = [0x7b, 0x7d, 0x5b, 0x5d];
const [TAB, SPACE, MINUS, DOT, ZERO] = [0x09, 0x20, 0x2d, 0x2e, 0x30];
/** What may follow a backslash. A slash or a letter that is written so without need is left to a real parser. */
const escapes: ReadonlySet<number> = new Set(Buffer.from('"\\bfnrt'));
/** Whether a byte within a text is of it and no more. */
const isOrdinary: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < SPACE || byte === QUOTE || byte === BACKSLASH ? 0 : 1,
);
const words: readonly Uint8Array[] = ["true", "false", "null"].map((word) => Buffer.from(word));

/** Walks over JSON in bytes without making anything of it. What it walks over, `JSON.parse` takes; it may refuse what that takes. */
export class JsonBytes {
  /** Whether the text that was walked over last has a backslash in it. */
  isEscaped = false;

  /** @returns the place after the value that begins at `at`. */
  value(bytes: Uint8Array, at: number, end: number, depth = 0): number {
    const first = bytes[at] as number;
    if (first === QUOTE) return this.text(bytes, at, end);
    if (isDigit(first) || first === MINUS) return number(bytes, at, end);
    if (first !== BRACE && first !== BRACKET) return word(bytes, at, end);
    if (depth >= DEPTH_MAX) return UNSURE;
    return this.#list(bytes, at, end, depth, first === BRACE);
  }

  /** @returns the place after the closing quote of the text that begins at `at`. */
  text(bytes: Uint8Array, at: number, end: number): number {
    this.isEscaped = false;
    if (bytes[at] !== QUOTE) return UNSURE;
    for (let next = at + 1; next < end; next++) {
      const byte = bytes[next] as number;
      if (isOrdinary[byte] === 1) continue;
      if (byte === QUOTE) return next + 1;
      if (byte !== BACKSLASH || !escapes.has(bytes[++next] as number)) return UNSURE;
      this.isEscaped = true;
    }
    return UNSURE;
  }

  /** @returns the place after the name, its colon and the blanks about it. */
  name(bytes: Uint8Array, at: number, end: number): number {
    const after = this.text(bytes, at, end);
    if (after === UNSURE) return UNSURE;
    const colon = blank(bytes, after, end);
    return bytes[colon] === COLON ? blank(bytes, colon + 1, end) : UNSURE;
  }

  #list(bytes: Uint8Array, start: number, end: number, depth: number, isObject: boolean): number {
    const closing = isObject ? BRACE_END : BRACKET_END;
    let at = blank(bytes, start + 1, end);
    if (bytes[at] === closing) return at + 1;
    for (;;) {
      if (isObject) at = this.name(bytes, at, end);
      if (at === UNSURE) return UNSURE;
      at = this.value(bytes, at, end, depth + 1);
      if (at === UNSURE) return UNSURE;
      at = blank(bytes, at, end);
      if (bytes[at] === closing) return at + 1;
      if (bytes[at] !== COMMA) return UNSURE;
      at = blank(bytes, at + 1, end);
    }
  }
}

export function blank(bytes: Uint8Array, at: number, end: number): number {
  let next = at;
  while (next < end && (bytes[next] === SPACE || bytes[next] === TAB)) next++;
  return next;
}

export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= ZERO + 9;
}

/** A number without an exponent. */
function number(bytes: Uint8Array, start: number, end: number): number {
  const whole = bytes[start] === MINUS ? start + 1 : start;
  const dot = digits(bytes, whole, end);
  if (dot === whole || (bytes[whole] === ZERO && dot > whole + 1)) return UNSURE;
  if (bytes[dot] !== DOT) return dot;
  const after = digits(bytes, dot + 1, end);
  return after === dot + 1 ? UNSURE : after;
}

function digits(bytes: Uint8Array, at: number, end: number): number {
  let next = at;
  while (next < end && isDigit(bytes[next])) next++;
  return next;
}

function word(bytes: Uint8Array, at: number, end: number): number {
  const found = words.find((each) => each[0] === bytes[at] && isAt(bytes, at, end, each));
  return found === undefined ? UNSURE : at + found.length;
}

/** Whether these bytes stand there. */
export function isAt(bytes: Uint8Array, at: number, end: number, wanted: Uint8Array): boolean {
  if (at + wanted.length > end) return false;
  for (let index = 0; index < wanted.length; index++) if (bytes[at + index] !== wanted[index]) return false;
  return true;
}
