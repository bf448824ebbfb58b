import { LINE_SUM_LENGTH, lineBody, lineSum } from "@tenure/core/line-sum";

const SUM_KEY = ',"sum":"';
const TRAILER_LENGTH = SUM_KEY.length + LINE_SUM_LENGTH + 2;

/** A line with its checksum proved. */
export interface Sealed<T> {
  readonly fields: T;
  readonly sum: string;
}

/** One object as one line: JSON that closes with a checksum over all before it, and a line feed. */
export function encodeLine(fields: object): { readonly text: string; readonly sum: string } {
  const body = lineBody(fields);
  const sum = lineSum(body);
  return { text: `${body}${SUM_KEY}${sum}"}\n`, sum };
}

/** `null`: torn, damaged, or nobody's line of ours. `text` is without its line feed. */
export function decodeLine<T>(text: string): Sealed<T> | null {
  const end = text.length - TRAILER_LENGTH;
  if (end <= 0 || !text.startsWith(SUM_KEY, end) || !text.endsWith('"}')) return null;
  const sum = text.slice(-LINE_SUM_LENGTH - 2, -2);
  if (lineSum(text.slice(0, end)) !== sum) return null;
  // The sum proves that one of our own builds made the text, so it parses.
  return { fields: JSON.parse(text) as T, sum };
}

/** One line of a file: where it begins, where the next one does, and what it says. */
export interface FoundLine<T> {
  readonly start: number;
  readonly end: number;
  readonly line: Sealed<T> | null;
}

const LINE_FEED = 0x0a;

/** The whole lines of `bytes`, which begin at `offset` of their file. What has no line feed yet is no line yet. */
export function splitLines<T>(bytes: Buffer, offset: number): FoundLine<T>[] {
  const found: FoundLine<T>[] = [];
  for (let start = 0; ;) {
    const feed = bytes.indexOf(LINE_FEED, start);
    if (feed === -1) return found;
    // Blank lines are how a writer ends what another left torn.
    if (feed > start)
      found.push({
        start: offset + start,
        end: offset + feed + 1,
        line: decodeLine<T>(bytes.toString("utf8", start, feed)),
      });
    start = feed + 1;
  }
}

/** What stands after the whole lines of a file, if it is a whole line but for its line feed. */
export function unendedLine<T>(rest: Buffer): Sealed<T> | null {
  return decodeLine<T>(rest.toString("utf8").trimStart());
}
