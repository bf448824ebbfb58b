import { Help } from "commander";
import { wrap } from "./width.ts";

const INDENT = "  ";
/** What stands in fewer columns beside something else cannot be read: it goes below. */
const LEAST = 24;
const BELOW = "    ";

/** How commander lays help out: as itself, but on a narrow terminal, which it does not know. */
export function helpLayout(columns: number): Partial<Help> {
  return {
    helpWidth: columns,
    minWidthToWrap: 1,
    styleTitle(title) {
      return wrap(title, this.helpWidth ?? columns, "").join("\n");
    },
    commandUsage(command) {
      const beside = "Usage: ".length;
      const usage = Help.prototype.commandUsage.call(this, command);
      return wrap(usage, (this.helpWidth ?? columns) - beside).join(`\n${" ".repeat(beside)}`);
    },
    formatItem(term, termWidth, description, helper) {
      const width = helper.helpWidth ?? columns;
      if (width - 2 * INDENT.length - termWidth >= LEAST)
        return Help.prototype.formatItem.call(this, term, termWidth, description, helper);
      return below(term, description, width);
    },
  };
}

/** What a word means, as in `79  the lease is lost`: broken between words, and what goes on below stands under its beginning. */
export function hanging(entry: string, columns: number): string {
  const head = /^(?:.*? {2,}|\d+ )/u.exec(entry)?.[0] ?? "";
  if (columns - INDENT.length - head.length < LEAST && /[^\d, ]/u.test(head))
    return below(head.trim(), entry.slice(head.length), columns);
  return wrap(entry, columns - INDENT.length, " ".repeat(head.length))
    .map((line) => INDENT + line)
    .join("\n");
}

/** A remark above a command, as a shell takes it. */
export function remark(text: string, columns: number): string {
  return wrap(text, columns - `${INDENT}# `.length, "")
    .map((line) => `${INDENT}# ${line}`)
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

function below(term: string, meaning: string, columns: number): string {
  const indent = INDENT + BELOW;
  const said = meaning === "" ? [] : wrap(meaning, columns - indent.length, "").map((line) => indent + line);
  return [...wrap(term, columns - INDENT.length).map((line) => INDENT + line), ...said].join("\n");
}
