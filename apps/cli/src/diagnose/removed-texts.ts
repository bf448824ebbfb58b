/** Shorter ones may stand anywhere. */
const SHORTEST = 12;
const MOST = 20;
/** An escaped quote begins none: else each of many would be followed to the end of its line. */
const quoted = /\\.|(["'`])((?:\\.|(?!\1)[^\\])*)\1/gu;
/** What a program puts its own values in place of, and escapes. */
const holes = /\$\{[^}]*\}|\$\(?\w*\)?|%[-\d.]*[a-z]|\{[^}]*\}|\\./u;

/** Texts in quotes that a change took out of a program, as far as they are printed as they stand; of a unified diff. */
export function removedTexts(diff: string): string[] {
  const lines = diff.split("\n");
  const linesWith = (sign: string): string[] =>
    lines.filter((line) => line.startsWith(sign) && !line.startsWith(sign.repeat(3)));
  const added = linesWith("+");
  const pieces = linesWith("-").flatMap((line) =>
    [...line.matchAll(quoted)].flatMap(([, , text = ""]) => text.split(holes).map((piece) => piece.trim())),
  );
  const gone = pieces.filter(
    (piece) => piece.length >= SHORTEST && piece.includes(" ") && !added.some((line) => line.includes(piece)),
  );
  return [...new Set(gone)].slice(0, MOST);
}
