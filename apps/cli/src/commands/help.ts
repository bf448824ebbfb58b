import type { Command } from "commander";
import { usageError } from "../failure.ts";

export function help(program: Command): void {
  program
    .command("help [verb...]")
    .summary("Show the help of a verb")
    .description("Show the help of a verb, as tenure <verb> --help does")
    .action((words: readonly string[]) => {
      let command = program;
      for (const word of words) {
        const found = command.commands.find((each) => each.name() === word);
        if (found === undefined) throw usageError(`there is no verb ${JSON.stringify(word)}; tenure --help lists them`);
        command = found;
      }
      command.outputHelp();
    });
}
