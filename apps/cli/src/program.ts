import { Command } from "commander";
import { acquire } from "./commands/acquire.ts";
import { adopt } from "./commands/adopt.ts";
import { advise } from "./commands/advise.ts";
import { breakLease } from "./commands/break.ts";
import { chaos } from "./commands/chaos.ts";
import { completion } from "./commands/completion.ts";
import { config } from "./commands/config.ts";
import { diagnose } from "./commands/diagnose.ts";
import { doctor } from "./commands/doctor.ts";
import { fence } from "./commands/fence.ts";
import { heartbeat } from "./commands/heartbeat.ts";
import { help } from "./commands/help.ts";
import { history } from "./commands/history.ts";
import { init } from "./commands/init.ts";
import { move } from "./commands/move.ts";
import { pause, resume } from "./commands/pause.ts";
import { prove } from "./commands/prove.ts";
import { release } from "./commands/release.ts";
import { renew } from "./commands/renew.ts";
import { run } from "./commands/run.ts";
import { schema } from "./commands/schema.ts";
import { simulate } from "./commands/simulate.ts";
import { status } from "./commands/status.ts";
import { systemd } from "./commands/systemd.ts";
import { transfer } from "./commands/transfer.ts";
import { watch } from "./commands/watch.ts";
import { hanging } from "./output/help-text.ts";
import { print, tell } from "./output/print.ts";
import { wrap } from "./output/width.ts";
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
  "Exit codes: 0 done, 64 usage, 65 unreadable data, 69 store unavailable, 75 held by another, 77 permission, " +
  "78 unsafe timing or bad configuration, 79 lease lost, 80 state corrupt, 124 timeout, 128+n ended by signal n. " +
  "tenure run ends as its command does.";

/** The whole command line. Nothing is printed or ended by commander itself: what it has to say is thrown. */
export function createProgram(command: readonly string[] | undefined): Command {
  const program: Command = new Command("tenure")
    .description("One leader, and always a reason: holds, watches, proves and explains leader leases.")
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "show this help")
    .usage("<verb> [options]")
    .helpCommand(false)
    .exitOverride()
    .configureHelp({ helpWidth: helpWidth(), subcommandTerm: (command) => command.name() })
    .configureOutput({ writeOut: print, writeErr: tell, outputError: () => {} })
    .addHelpText("after", () => footer(program.configureHelp().helpWidth ?? NARROW));

  program.commandsGroup("Lead:");
  run(program, command);
  acquire(program);
  renew(program);
  heartbeat(program);
  release(program);
  program.commandsGroup("Look:");
  status(program);
  watch(program);
  history(program);
  doctor(program);
  diagnose(program);
  adopt(program);
  program.commandsGroup("Intervene:");
  transfer(program);
  breakLease(program);
  pause(program);
  resume(program);
  move(program);
  chaos(program);
  program.commandsGroup("Set up:");
  prove(program);
  advise(program);
  fence(program);
  simulate(program);
  init(program);
  config(program);
  systemd(program, command);
  schema(program);
  completion(program);
  help(program);
  return program;
}

function footer(columns: number): string {
  const others = wordsOfOthers.map((entry) => hanging(entry, columns)).join("\n");
  return `\nWords of other tools:\n${others}\n\n${wrap(exitCodes, columns, "").join("\n")}`;
}

/** Help reads well to about 100 columns, also on a wide screen. */
function helpWidth(): number {
  return Math.min(process.stdout.columns || 100, 100);
}
