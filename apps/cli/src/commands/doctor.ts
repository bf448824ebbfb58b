import type { DoctorDocument } from "@tenure/schema";
import { assertLeaseName, escapeForDisplay } from "@tenure/schema/light";
import { Option, type Command } from "commander";
import { adoptionOf, pointerOptions, type PointerFlags } from "../adopt/pointers.ts";
import { settingsFor } from "../context.ts";
import { examineAll } from "../doctor/examine.ts";
import { fixesFor } from "../doctor/fixes.ts";
import { followLines, followLive } from "../doctor/follow.ts";
import { doctorDocument, type DoctorReport } from "../doctor/report.ts";
import { examineState } from "../doctor/state.ts";
import { doctorInWords } from "../doctor/text.ts";
import { InterruptedError, usageError } from "../failure.ts";
import { interruptible } from "../interrupt.ts";
import { duration, notEmpty, refuseIdle, storeOptions, type StoreFlags } from "../options.ts";
import { paletteFor } from "../output/colour.ts";
import { passing, PASSED } from "../output/passing.ts";
import { print, printDocument, tell } from "../output/print.ts";
import { columnsOf, isTerminal } from "../output/terminal.ts";
import { memoryDirectoryOf } from "../store/open-store.ts";
import { verb } from "./verb.ts";

interface Flags extends StoreFlags, PointerFlags {
  readonly state?: string;
  readonly for?: number;
  readonly watch?: boolean;
  readonly fix?: boolean;
  readonly yes?: boolean;
}

export function doctor(program: Command): void {
  const command = verb(program, "doctor [name]", {
    summary: "Examine leases while they are held",
    does: "Examine a lease, or all there are: is it really renewed, for this holder and in time, by a process that lives, in a place that is fit for it; changes nothing, but with --fix --yes",
    json: "one document on stdout, with --watch one a line at each change (tenure schema doctor)",
    examples: [
      ["tenure doctor", "all leases"],
      ["tenure doctor orders --json", "what is wrong, for a script"],
      ["tenure doctor --watch", "live in a terminal; a line a change in a pipe"],
      ["tenure doctor --state memory/orchestrator-state.json", "the leader file of another mechanism"],
      ["tenure doctor --fix", "say what is safe to mend; --fix --yes does it"],
    ],
    exitCodes: [
      "0   well",
      "1   warning: it works, and something will follow",
      "2   ill: there is no such lease or store, or it is not kept as promised",
    ],
  });
  storeOptions(command)
    .option("--state <file>", "examine the leader file of another mechanism instead", notEmpty)
    .addOption(duration("--for <duration>", "with --state: watch it so long at most (its own duration, 2m at most)"))
    .option("--watch", "examine again and again, and show what changes")
    .addOption(
      new Option("--fix", "say what is safe to mend here, and is not done without --yes").conflicts(["watch", "state"]),
    )
    .option("--yes", "with --fix: do it");
  pointerOptions(command).action((name: string | undefined, flags: Flags) => {
    if (flags.state === undefined) refuseIdle(command, OF_FILES, "with --state FILE");
    return perform(name, flags);
  });
}

const OF_FILES = ["for", "holderAt", "epochAt", "heartbeatAt", "durationAt"];

const PLAIN_COLUMNS = 120;
const exitCodes = { well: 0, warning: 1, ill: 2 } as const;

async function perform(name: string | undefined, flags: Flags): Promise<void> {
  if (name !== undefined) assertLeaseName(name);
  if (name !== undefined && flags.state !== undefined)
    throw usageError("doctor examines either a lease or a --state file");
  if (flags.yes && !flags.fix) throw usageError("--yes confirms what --fix would do");
  if (flags.watch) return await follow(name, flags);
  const fixes = flags.fix ? await mend(name, flags) : null;
  const report = await interruptible("examining", (signal) => examine(name, flags, signal, isTerminal("stderr")));
  const document = doctorDocument(report);
  process.exitCode = exitCodes[document.level];
  if (flags.json) return printDocument(fixes === null ? document : { ...document, fixes });
  const columns = columnsOf("stdout") ?? PLAIN_COLUMNS;
  print(doctorInWords(report, { columns, palette: paletteFor("stdout") }));
  if (fixes !== null) print(`\n${fixesInWords(fixes)}`);
}

async function examine(
  name: string | undefined,
  flags: Flags,
  signal: AbortSignal,
  showsProgress: boolean,
): Promise<DoctorReport> {
  const watching = (what: string): void => {
    if (showsProgress) tell(passing(`watching ${escapeForDisplay(what)} for the next renewal`));
  };
  try {
    if (flags.state === undefined)
      return await examineAll(flags, name, signal, {
        watching: ([first, ...more]) => {
          if (first !== undefined) watching(more.length === 0 ? first : `${more.length + 1} leases`);
        },
      });
    watching(flags.state);
    const { values } = await settingsFor(flags);
    const memoryDirectory = memoryDirectoryOf(values);
    const adoption = adoptionOf(flags);
    return await examineState({ file: flags.state, adoption, signal, forMs: flags.for, memoryDirectory });
  } finally {
    if (showsProgress) tell(PASSED);
  }
}

async function follow(name: string | undefined, flags: Flags): Promise<void> {
  const look = (signal: AbortSignal): Promise<DoctorReport> => examine(name, flags, signal, false);
  const isLive = isTerminal("stdout") && flags.json !== true;
  try {
    const last = await interruptible("watching", (signal) =>
      isLive ? followLive(look, signal) : followLines(look, flags.json === true, signal),
    );
    process.exitCode = exitCodes[last?.level ?? "well"];
  } catch (error) {
    // A signal is how watching ends, and no news.
    if (!(error instanceof InterruptedError)) throw error;
    process.exitCode = error.exitCode;
  }
}

type Fixes = NonNullable<DoctorDocument["fixes"]>;

/** Before it is examined: what is mended is not told as wrong any more. */
async function mend(name: string | undefined, flags: Flags): Promise<Fixes> {
  const { values } = await settingsFor(flags, name);
  return fixesFor(values).map(({ fix, does, apply }) => {
    if (flags.yes) apply();
    return { fix, does, done: flags.yes === true };
  });
}

function fixesInWords(fixes: Fixes): string {
  if (fixes.length === 0)
    return "nothing that is safe to mend; processes, leases, links and damaged files are never touched\n";
  const [first] = fixes;
  const title = first?.done ? "mended:" : "safe to mend, and done with --fix --yes:";
  return `${title}\n${fixes.map(({ fix, does }) => `  ${fix.padEnd(13)}  ${escapeForDisplay(does)}\n`).join("")}`;
}
