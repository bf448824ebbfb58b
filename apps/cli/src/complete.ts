import tab from "@bomb.sh/tab/commander";
import { listStatusTails } from "@tenure/store-file";
import type { Command } from "commander";
import { loggedBy } from "./output/logged-by.ts";
import { print } from "./output/print.ts";

/** Lets the shell complete file names. */
const FILE_NAMES = ":0\n";

/** Answers what the completion script asks: `complete -- <the words so far>`. A shell has no use for an error. */
export async function complete(program: Command, words: readonly string[]): Promise<void> {
  // The last word is still being typed: there `--` begins an option.
  if (words.slice(0, -1).includes("--")) return print(FILE_NAMES);
  const names = await leaseNames();
  for (const verb of program.commands) if (verb.summary() !== "") verb.description(verb.summary());
  const root = tab(program, { completionCommandName: "script" });
  root.commands.delete("script");
  for (const command of root.commands.values()) {
    const argument = command.arguments.get("name") ?? command.arguments.get("names");
    if (argument !== undefined) argument.handler = (add) => names.forEach((name) => add(name, "lease"));
  }
  const helped = root.commands.get("help")?.arguments.get("verb");
  if (helped !== undefined)
    helped.handler = (add) => program.commands.forEach((verb) => add(verb.name(), verb.description()));
  const answer = loggedBy(() => root.parse([...words]));
  // Where no word of ours fits behind a verb, it may be the name of a file.
  print(words.length > 1 && answer.startsWith(":") ? FILE_NAMES : answer);
}

async function leaseNames(): Promise<readonly string[]> {
  try {
    const { loadSettings } = await import("./settings/load.ts");
    const settings = await loadSettings({ flags: {}, env: process.env, cwd: process.cwd() });
    const { store, directory } = settings.values;
    // A key that is pressed must not wait for a server.
    return store === undefined ? listStatusTails(directory) : [];
  } catch {
    return [];
  }
}
