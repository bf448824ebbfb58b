import { stripVTControlCharacters } from "node:util";

/** Two columns in every terminal, or in some: East Asian text, emoji and flags. Ambiguous characters count as two, so a line never overflows. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Tangut}\p{Script=Nushu}\p{Script=Greek}\p{Script=Cyrillic}\p{Extended_Pictographic}\p{Regional_Indicator}\u2010-\u2025\u2027-\u2bff\u2e80-\ua4cf\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]/u;
const ZERO = /\p{Mark}/u;
/** One column, though some terminals can be told to make it two: it stands within columns. No lease name can hold it. */
const CUT = "…";
let segmenter: Intl.Segmenter | undefined;

/** Loading the segmenter costs 10 ms, which plain text should not pay. */
function graphemesOf(text: string): Iterable<Intl.SegmentData> {
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return segmenter.segment(text);
}

/** Columns a text takes in a terminal at most; styles count nothing. */
export function widthOf(text: string): number {
  const plain = stripVTControlCharacters(text);
  if (/^[\x20-\x7e]*$/u.test(plain)) return plain.length;
  let width = 0;
  for (const { segment } of graphemesOf(plain)) width += widthOfGrapheme(segment);
  return width;
}

/** Cuts a text without styles so that it takes `columns` at most; a cut shows as `…`. */
export function fit(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  return columns < 1 ? "" : beginningOf(text, columns - 1) + CUT;
}

/** The same for a name: cut in its middle, since numbered names differ at their end. */
export function fitName(name: string, columns: number): string {
  if (widthOf(name) <= columns) return name;
  if (columns < 1) return "";
  const end = endOf(name, Math.floor((columns - 1) / 2));
  return beginningOf(name, columns - 1 - widthOf(end)) + CUT + end;
}

/** Breaks a text between words into lines of `columns` at most, all but the first one indented. A longer word runs over: it may be one to copy. */
export function wrap(text: string, columns: number, indent = "  "): string[] {
  const lines: string[] = [];
  const [first = ""] = /^ *[^ ]*/u.exec(text) ?? [];
  let line = first;
  for (const word of text.slice(first.length).split(" ").slice(1)) {
    const longer = `${line} ${word}`;
    if (widthOf(longer) > columns) {
      lines.push(line);
      line = `${indent}${word}`;
    } else line = longer;
  }
  return [...lines, line];
}

/** What of a line stands before its text: the indent, or a label set off by two blanks. */
const LABEL = /^ *(?:\S+(?: \S+)* {2,})?/u;
/** Fewer columns beside a label cannot be read: what follows goes below it. */
const LEAST_BESIDE = 16;

/** Breaks what is longer than a line of the terminal between words, and keeps it beside its label. */
export function withinColumns(text: string, columns: number = Number.POSITIVE_INFINITY): string {
  const shown = text.split("\n").flatMap((line) => {
    if (widthOf(line) <= columns) return [line];
    const [label = ""] = LABEL.exec(stripVTControlCharacters(line)) ?? [];
    const hang = " ".repeat(columns - label.length < LEAST_BESIDE ? 2 : label.length);
    return wrap(line, columns, hang);
  });
  return shown.join("\n");
}

/** Takes a line without styles apart, for a screen on which none runs over. */
export function inPieces(line: string, columns: number): string[] {
  const pieces: string[] = [];
  let rest = line;
  while (widthOf(rest) > columns) {
    const piece = beginningOf(rest, columns) || firstOf(rest);
    pieces.push(piece);
    rest = rest.slice(piece.length);
  }
  return rest === "" && pieces.length > 0 ? pieces : [...pieces, rest];
}

function beginningOf(text: string, columns: number): string {
  let kept = "";
  let width = 0;
  for (const { segment } of graphemesOf(text)) {
    width += widthOfGrapheme(segment);
    if (width > columns) break;
    kept += segment;
  }
  return kept;
}

function endOf(text: string, columns: number): string {
  let kept = "";
  let width = 0;
  for (const { segment } of [...graphemesOf(text)].toReversed()) {
    width += widthOfGrapheme(segment);
    if (width > columns) break;
    kept = segment + kept;
  }
  return kept;
}

function firstOf(text: string): string {
  const [first] = graphemesOf(text);
  return first?.segment ?? "";
}

function widthOfGrapheme(grapheme: string): number {
  if (WIDE.test(grapheme)) return 2;
  return ZERO.test(grapheme.charAt(0)) ? 0 : 1;
}
