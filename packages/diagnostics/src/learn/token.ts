/** A piece of a message: a word, a number, or a mark. */
export interface Token {
  /** `null`: it differs from line to line. */
  readonly text: string | null;
  readonly isSpaced: boolean;
  /** Of a number: what follows it without a space, as in `57s`. */
  readonly unit: string;
  readonly isNumber: boolean;
  /** What it was in a line that was read, for whoever checks the draft. */
  readonly sample: string;
}

const pieces = /(\s*)([\p{L}\p{N}_][\p{L}\p{N}_./:@+-]*[\p{L}\p{N}_]|[\p{L}\p{N}_]|[^\s\p{L}\p{N}_])/gu;
const number = /^(-?\d+(?:\.\d+)?)([a-z]{0,3})$/iu;
/** Longer messages are no events of a lease, in pieces or in letters: no pattern is tried on them. */
const TOKENS_MOST = 60;
const LENGTH_MOST = 4_096;

/** The pieces of a message; those with a digit in them count as differing from the start. `null` for what is too long to be an event. */
export function tokensOf(message: string): Token[] | null {
  const text = message.trimEnd();
  if (text.length > LENGTH_MOST) return null;
  const tokens: Token[] = [];
  for (const [, space = "", piece = ""] of text.matchAll(pieces)) {
    if (tokens.length === TOKENS_MOST) return null;
    const numeric = number.exec(piece);
    tokens.push({
      text: /\d/u.test(piece) ? null : piece,
      isSpaced: space !== "",
      unit: numeric?.[2] ?? "",
      isNumber: numeric !== null,
      sample: piece,
    });
  }
  return tokens;
}

/** Whether two tokens can stand in the same place of one kind of message. */
export function isAlike(one: Token, other: Token): boolean {
  return (
    one.isSpaced === other.isSpaced &&
    one.text === other.text &&
    one.unit === other.unit &&
    one.isNumber === other.isNumber
  );
}

/** What stays the same of both; `null` where nothing could. */
export function merged(one: Token, other: Token): Token | null {
  if (isAlike(one, other)) return one;
  const isWord = (token: Token): boolean => token.text === null || /[\p{L}\p{N}_]/u.test(token.text);
  if (one.isSpaced !== other.isSpaced || !isWord(one) || !isWord(other)) return null;
  return { ...one, text: null, unit: "", isNumber: one.isNumber && other.isNumber };
}
