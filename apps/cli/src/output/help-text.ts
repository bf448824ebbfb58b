import { wrap } from "./width.ts";

const INDENT = "  ";

/** What a word means, as in `79  the lease is lost`: broken between words, and what goes on below stands under its beginning. */
export function hanging(entry: string, columns: number): string {
  const head = /^(?:.*? {2,}|\d+ )/u.exec(entry)?.[0] ?? "";
  return wrap(entry, columns - INDENT.length, " ".repeat(head.length))
    .map((line) => INDENT + line)
    .join("\n");
}

/** A command to be copied: one too long for a line is broken before its options, as a shell takes it. */
export function commandToCopy(command: string, columns: number): string {
  const lines: string[] = [];
  for (const part of command.split(/ (?=--)/u)) {
    const last = lines.at(-1);
    if (last !== undefined && `${INDENT}${last} ${part} \\`.length <= columns)
      lines[lines.length - 1] = `${last} ${part}`;
    else lines.push(last === undefined ? part : INDENT + part);
  }
  return lines.map((line) => INDENT + line).join(" \\\n");
}
