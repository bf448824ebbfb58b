import { stripVTControlCharacters } from "node:util";

/** Two columns in every terminal, or in some: East Asian text and emoji. Ambiguous characters count as two, so a line never overflows. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Greek}\p{Script=Cyrillic}\p{Extended_Pictographic}\u2010-\u2bff\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]/u;
const ZERO = /\p{Mark}/u;
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

/** Cuts a text without styles so that it takes `columns` at most; a cut shows as `..`. */
export function fit(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  const mark = "..".slice(0, Math.max(0, columns));
  let kept = "";
  let width = mark.length;
  for (const { segment } of graphemesOf(text)) {
    width += widthOfGrapheme(segment);
    if (width > columns) break;
    kept += segment;
  }
  return kept + mark;
}

/** Breaks a text between words into lines of `columns` at most, all but the first one indented. */
export function wrap(text: string, columns: number, indent = "  "): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && widthOf(longer) > columns) {
      lines.push(line);
      line = `${indent}${word}`;
    } else line = longer;
  }
  return [...lines, line].map((each) => fit(each, columns));
}

function widthOfGrapheme(grapheme: string): number {
  if (WIDE.test(grapheme)) return 2;
  return ZERO.test(grapheme.charAt(0)) ? 0 : 1;
}
