import type { Hunk } from "./mutant.ts";

/**
 * The text with the change made; where `find` has one blank, any white space stands, since the compiler breaks lines as it likes.
 * @throws where it does not stand exactly once: the code went on, and the mutant has to follow it.
 */
export function applyHunk(text: string, { file, find, replace }: Hunk): string {
  const pattern = new RegExp(find.split(/\s+/u).map(escape).join("\\s+"), "gu");
  const count = [...text.matchAll(pattern)].length;
  if (count === 1) return text.replace(pattern, () => replace);
  throw new Error(`${file}: this stands there ${count} times, not once: ${find}`);
}

function escape(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/gu, String.raw`\$&`);
}
