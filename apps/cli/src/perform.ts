import { failures } from "@tenure/schema/light";
import { CommanderError, type Command } from "commander";
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
  const program = await createProgram(own[0], hasCommand ? args.slice(end + 1) : undefined);
  try {
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
    const { exitCode, document, line } = failureOf(
      error instanceof CommanderError ? toUsageError(error, program, own) : error,
    );
    if (own.includes("--json")) printQuietly(`${JSON.stringify(document)}\n`);
    tell(`${paletteFor("stderr").bad("tenure:")} ${line}\n`);
    return exitCode;
  }
}

/** A stdout that takes nothing may be the very failure that is told. */
function printQuietly(text: string): void {
  try {
    print(text);
  } catch {
    // It is told on stderr as well.
  }
}

/** What commander found fault with, as one line, and what to do about it. */
function toUsageError({ message }: CommanderError, program: Command, words: readonly string[]): Error {
  const fault = message.replace(/^error: /u, "");
  const suggestion = /^(.*)\n\(Did you mean (.*)\?\)$/su.exec(fault);
  if (suggestion !== null) return usageError(`${suggestion[1]}; did you mean ${suggestion[2]}?`);
  // What an option takes has been said with what is wrong about it.
  if (/ is invalid[. ]/u.test(fault)) return usageError(fault);
  return usageError(`${fault.replace(/\.$/u, "")}; see ${verbOf(program, words)} --help`);
}

/** The verb whose words these are, as it is called: `tenure fence verify`. */
function verbOf(program: Command, words: readonly string[]): string {
  const [word, ...rest] = words;
  const found = program.commands.find((each) => each.name() === word);
  return found === undefined ? program.name() : `${program.name()} ${verbOf(found, rest)}`;
}
