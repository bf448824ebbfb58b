import { Command } from "commander";
import { help } from "./commands/help.ts";
import { hanging, helpLayout } from "./output/help-text.ts";
import { print, tell } from "./output/print.ts";
import { wrap } from "./output/width.ts";
import { verbGroups } from "./verbs.ts";
import { VERSION } from "./version.ts";

/** What a terminal has at least. */
const NARROW = 80;

const wordsOfOthers: readonly string[] = [
  "TTL, --ttl, ttl_ms, leaseDurationSeconds   leaseDuration: how long a record stands before another may take over",
  "leader_id                                  holderIdentity: who leads",
  "leader_epoch, fencing token, generation    epoch: rises at every acquisition, never comes again",
  "last_heartbeat                             renewTime",
];
const exitCodes =
  "Exit codes: 0 done, 1 and 2 a verdict that the verb's help names, 64 usage, 65 unreadable data, 69 store unavailable, " +
  "70 a fault in tenure itself, 75 held by another or paused, 77 permission, 78 unsafe timing or bad configuration, " +
  "79 lease lost, 80 state corrupt, 124 timeout, 126 a command that cannot be started, 127 one that is not there, " +
  "128+n ended by signal n. tenure run ends as its command does.";
const failuresInJson = "With --json a failure is a document on stdout as well (tenure schema error).";

/**
 * The command line: with the verb that is asked for, or with all of them where that is none, as for help. Nothing is printed or ended by
 * commander itself: what it has to say is thrown.
 */
export async function createProgram(
  asked: string | undefined,
  command: readonly string[] | undefined,
): Promise<Command> {
  const program: Command = new Command("tenure")
    .description("One leader, and always a reason: holds, watches, proves and explains leader leases.")
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "show this help")
    .usage("<verb> [options]")
    .helpCommand(false)
    .exitOverride()
    .configureHelp({ ...helpLayout(helpWidth()), subcommandTerm: (command) => command.name() })
    .configureOutput({ writeOut: print, writeErr: tell, outputError: () => {} })
    .addHelpText("after", () => footer(program.configureHelp().helpWidth ?? NARROW));

  const isVerb = verbGroups.some(({ verbs }) => Object.keys(verbs).includes(asked ?? ""));
  for (const { heading, verbs } of verbGroups) {
    program.commandsGroup(heading);
    for (const [name, load] of Object.entries(verbs)) if (!isVerb || name === asked) (await load())(program, command);
  }
  help(program);
  return program;
}

function footer(columns: number): string {
  const others = wordsOfOthers.map((entry) => hanging(entry, columns)).join("\n");
  const heading = wrap("Words of other tools:", columns, "").join("\n");
  return `\n${heading}\n${others}\n\n${[exitCodes, failuresInJson].map((text) => wrap(text, columns, "").join("\n")).join("\n\n")}`;
}

/** Help reads well to about 100 columns, also on a wide screen. */
function helpWidth(): number {
  return Math.min(process.stdout.columns || 100, 100);
}
