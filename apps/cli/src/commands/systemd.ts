import { realpathSync } from "node:fs";
import { assertLeaseName } from "@tenure/schema/light";
import { CannotStartError, resolveCommand } from "@tenure/watchdog";
import type { Command } from "commander";
import { settingsFor } from "../context.ts";
import { usageError } from "../failure.ts";
import { storeOptions, type StoreFlags } from "../options.ts";
import { print, printDocument } from "../output/print.ts";
import { asFailure } from "./cannot-start.ts";
import { verb } from "./verb.ts";

interface Flags extends StoreFlags {
  readonly user?: string;
}

export function systemd(program: Command, argv: readonly string[] | undefined): void {
  const command = verb(program, "systemd <name>", {
    summary: "Print a systemd unit that runs a command under a lease",
    does: "Print a systemd unit for tenure run <name> --restart on-failure -- command",
    json: "the unit as one document on stdout",
    examples: [
      ["tenure systemd orders --user app -- /srv/app/serve > /etc/systemd/system/orders.service", "then enable it"],
      [
        "tenure systemd orders -- ./serve > orders.service && systemd-analyze verify ./orders.service",
        "look at it first",
      ],
    ],
  })
    .usage("<name> [options] -- <command> [arguments...]")
    .option("--user <name>", "the user to run as, who owns the state folder");
  storeOptions(command).action((name: string, flags: Flags) => perform(name, flags, argv));
}

async function perform(name: string, flags: Flags, argv: readonly string[] | undefined): Promise<void> {
  assertLeaseName(name);
  const [command, ...args] = argv ?? [];
  if (command === undefined)
    throw usageError("no command to run: put it after -- , as in tenure systemd orders -- ./serve");
  if (flags.user !== undefined && !/^[A-Za-z_][\w-]{0,30}$/u.test(flags.user))
    throw usageError("--user is the name of a user: letters, digits, '_' and '-'");
  const { values, origins } = await settingsFor(flags, name);
  const place =
    values.store === undefined && origins.get("directory")?.kind !== "default" ? ["--dir", values.directory] : [];
  const store = values.store === undefined ? [] : ["--store", values.store];
  const tenure = [process.execPath, realpathSync(process.argv[1] ?? "")];
  // The unit's own PATH is a short one, and its folder is /.
  const file = fileOf(command);
  const words = [...tenure, "run", name, ...place, ...store, "--restart", "on-failure", "--", file, ...args];
  const unit = unitOf(name, words, { user: flags.user, ownsState: place.length === 0 });
  if (flags.json) printDocument({ unit });
  else print(unit);
}

function fileOf(command: string): string {
  try {
    return resolveCommand(command, process.env);
  } catch (error) {
    throw error instanceof CannotStartError ? asFailure(error) : error;
  }
}

function unitOf(
  name: string,
  words: readonly string[],
  { user, ownsState }: { readonly user: string | undefined; readonly ownsState: boolean },
): string {
  const lines = [
    "[Unit]",
    `Description=The leader or a standby of ${name}, by tenure`,
    "Wants=network-online.target",
    "After=network-online.target",
    "",
    "[Service]",
    "# Up as a leader or a standby; systemctl status says which. Each message is sent by systemd-notify, a process of its own.",
    "Type=notify",
    "NotifyAccess=all",
    "# One whose event loop stands still for so long is killed, with its command, and started again.",
    "WatchdogSec=30s",
    `ExecStart=${words.map(quote).join(" ")}`,
    ...(user === undefined ? [] : [`User=${user}`]),
    ...(ownsState ? ["StateDirectory=tenure", "StateDirectoryMode=0700", "Environment=TENURE_DIR=%S/tenure"] : []),
    "# tenure starts the command again, within its budget; systemd only tenure, when it is killed.",
    "Restart=on-abnormal",
    "RestartSec=1s",
    "# After a stop by SIGTERM it ends as its command does.",
    "SuccessExitStatus=143",
    "# tenure hands the signal on and waits; what is left after that is killed.",
    "KillMode=mixed",
    "TimeoutStopSec=90s",
    "",
    "[Install]",
    "WantedBy=multi-user.target",
  ];
  return `${lines.join("\n")}\n`;
}

/** One word of a command line, as systemd reads it: nothing in it is a specifier, a variable or an end of line. */
function quote(word: string): string {
  const escaped = word
    .replaceAll("\\", String.raw`\\`)
    .replaceAll('"', String.raw`\"`)
    .replaceAll("%", "%%")
    .replaceAll("$", "$$$$")
    .replaceAll(/\p{Cc}/gu, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return /^[\w@+=:,./-]+$/u.test(word) ? word : `"${escaped}"`;
}
