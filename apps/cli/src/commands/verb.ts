import type { Command } from "commander";
import { commandToCopy, hanging, remark } from "../output/help-text.ts";
import { wrap } from "../output/width.ts";

/** A line to try, and what it does. */
export type Example = readonly [line: string, does: string];

export interface VerbHelp {
  /** In the list of verbs. */
  readonly summary: string;
  readonly does: string;
  /** What it prints under `--json`: one document or many, where, and by which schema. */
  readonly json: string;
  readonly examples: readonly Example[];
  /** What the verb's words are called elsewhere: only those of its own options. */
  readonly aliases?: readonly string[];
  /** Variables that the command it starts finds set. */
  readonly environment?: readonly string[];
  readonly exitCodes?: readonly string[];
}

/** Registers a verb; every one has examples, and `--json`. */
export function verb(program: Command, usage: string, help: VerbHelp): Command {
  const command = program
    .command(usage)
    .summary(help.summary)
    .description(help.does)
    .option("--json", `JSON: ${help.json}`);
  command.addHelpText("after", () => sections(help, command.configureHelp().helpWidth ?? 80));
  return command;
}

function sections({ examples, aliases = [], environment = [], exitCodes = [] }: VerbHelp, columns: number): string {
  const width = Math.max(...examples.map(([line]) => line.length));
  const beside = examples.map(([line, does]) => `  ${line.padEnd(width)}   # ${does}`);
  const fits = width <= 44 && beside.every((line) => line.length <= columns);
  const above = examples.map(([line, does]) => `${remark(does, columns)}\n${commandToCopy(line, columns)}`);
  const part = (title: string, entries: readonly string[]): string[] =>
    entries.length === 0
      ? []
      : [`${wrap(`${title}:`, columns, "").join("\n")}\n${entries.map((entry) => hanging(entry, columns)).join("\n")}`];
  return [
    "",
    `Examples:\n${(fits ? beside : above).join("\n")}`,
    ...part("Also known as", aliases),
    ...part("Set for the command", environment),
    ...part("Exit codes", exitCodes),
  ]
    .join("\n\n")
    .slice(1);
}
