import type { ProofLine } from "@tenure/core";
import type { Palette } from "./colour.ts";
import { exactDuration } from "./duration.ts";
import { wrap } from "./width.ts";

const NARROW = 80;

/** How soon a crash is succeeded: the DETECT lines of a proof, each with what it consists of. */
export function boundsInWords(lines: readonly ProofLine[], palette: Palette): string {
  const bounds = lines.filter(({ rule }) => rule.startsWith("DETECT"));
  const width = Math.max(0, ...bounds.map(({ right }) => exactDuration(right).length));
  const detect = bounds.map(({ right, rightText, leftText }) => {
    const bound = `  ${palette.strong(exactDuration(right).padStart(width))}  ${rightText.replace(/ → .*$/u, "")}\n`;
    const indent = " ".repeat(width + 4);
    const parts = wrap(leftText, NARROW - indent.length).map((line) => `${indent}${palette.quiet(line)}\n`);
    return `${bound}${parts.join("")}`;
  });
  return `DETECT: the next one leads at the latest after\n${detect.join("")}`;
}
