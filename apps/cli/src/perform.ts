import { failures } from "@tenure/schema/light";
import { CommanderError } from "commander";
import { failureOf, usageError } from "./failure.ts";
import { paletteFor } from "./output/colour.ts";
import { print, tell } from "./output/print.ts";
import { createProgram } from "./program.ts";

/** Runs a verb and answers with the exit code. */
export async function perform(args: readonly string[]): Promise<number> {
  // What follows `--` is the command of `run` and `systemd`, word by word; commander would not say where it began.
  const end = args.indexOf("--");
  const hasCommand = (args[0] === "run" || args[0] === "systemd") && end !== -1;
  const own = hasCommand ? args.slice(0, end) : args;
  try {
    const program = await createProgram(own[0], hasCommand ? args.slice(end + 1) : undefined);
    if (own.length === 0) {
      program.outputHelp();
      return 0;
    }
    if (own[0] === "complete") {
      await (await import("./complete.ts")).complete(program, args.slice(2));
      return 0;
    }
    await program.parseAsync(own, { from: "user" });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError && (error.exitCode === 0 || error.code === "commander.help"))
      return error.exitCode === 0 ? 0 : failures.EUSAGE.exitCode;
    const { exitCode, document, line } = failureOf(error instanceof CommanderError ? toUsageError(error) : error);
    if (own.includes("--json")) print(`${JSON.stringify(document)}\n`);
    tell(`${paletteFor("stderr").bad("tenure:")} ${line}\n`);
    return exitCode;
  }
}

/** What commander found fault with, as one line. */
function toUsageError({ message }: CommanderError): Error {
  return usageError(message.replace(/^error: /u, "").replace(/\n\(Did you mean (.*)\?\)$/u, "; did you mean $1?"));
}
