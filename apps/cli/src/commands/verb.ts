import type { Command } from "commander";
import { print } from "../output/print.ts";

/** A line to try, and what it does. */
export type Example = readonly [line: string, does: string];

export interface VerbHelp {
  /** In the list of verbs. */
  readonly summary: string;
  readonly does: string;
  readonly examples: readonly Example[];
  /** What the verb's words are called elsewhere: only those of its own options. */
  readonly aliases?: readonly string[];
  readonly exitCodes?: readonly string[];
}

/** Registers a verb; every one has examples, and `--json`. */
export function verb(program: Command, usage: string, help: VerbHelp): Command {
  const command = program
    .command(usage)
    .summary(help.summary)
    .description(help.does)
    .option("--json", "a JSON document on stdout (tenure schema prints its schema)");
  command.addHelpText("after", () => sections(help));
  return command;
}

function sections({ examples, aliases = [], exitCodes = [] }: VerbHelp): string {
  const width = Math.max(...examples.map(([line]) => line.length));
  const lines = examples.map(([line, does]) =>
    width > 44 ? `  # ${does}\n  ${line}` : `  ${line.padEnd(width)}   # ${does}`,
  );
  const rest = [
    ...(aliases.length > 0 ? [`Also known as:\n${aliases.map((alias) => `  ${alias}`).join("\n")}`] : []),
    ...(exitCodes.length > 0 ? [`Exit codes:\n${exitCodes.map((code) => `  ${code}`).join("\n")}`] : []),
  ];
  return ["", `Examples:\n${lines.join("\n")}`, ...rest].join("\n\n").slice(1);
}

/** The one document of a verb under `--json`. */
export function printDocument(document: object): void {
  print(`${JSON.stringify(document)}\n`);
}
