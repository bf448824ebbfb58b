import { basename, extname } from "node:path";
import type { Adoption, ForeignLease, ForeignWritePolicy } from "@tenure/adoption";
import type { LeaseClient } from "@tenure/core";
import { counted, shellWord } from "@tenure/diagnostics";
import { assertLeaseName, escapeForDisplay, formatDuration, isLeaseName, quoteForDisplay } from "@tenure/schema/light";
import { Option, type Command } from "commander";
import { adoptedAs, leaseToHandBack } from "../adopt/adopted-as.ts";
import { own } from "../adopt/own.ts";
import { adoptionOf, pointerOptions, type PointerFlags } from "../adopt/pointers.ts";
import { realPath, whereverItWas } from "../adopt/real-path.ts";
import { undo, type HandedBack } from "../adopt/undo.ts";
import { watchForeignFile } from "../adopt/watch-file.ts";
import { openContext, openExisting, settingsFor } from "../context.ts";
import { usageError } from "../failure.ts";
import { interruptible } from "../interrupt.ts";
import { duration, refuseIdle, storeOptions, type StoreFlags } from "../options.ts";
import { print, printDocument, tell } from "../output/print.ts";
import { statusDocument } from "../output/status-document.ts";
import { tellerFor } from "../output/teller.ts";
import { memoryDirectoryOf } from "../store/open-store.ts";
import { verb } from "./verb.ts";

const WATCHED_MS = 60_000;

interface Flags extends StoreFlags, PointerFlags {
  readonly for: number;
  readonly own?: boolean;
  readonly undo?: boolean;
  readonly name?: string;
  readonly onForeignWrite?: ForeignWritePolicy;
  readonly timeout?: number;
}

export function adopt(program: Command): void {
  const command = verb(program, "adopt <file>", {
    summary: "Watch another mechanism's leader file, or take it over",
    does: "Watch another mechanism's leader file, read-only, and say where it and a lease would have decided differently; or take it over, and keep it in step for its readers",
    json: "one document on stdout (tenure schema adoption; of --own and --undo: status)",
    examples: [
      ["tenure adopt memory/orchestrator-state.json", "for a minute"],
      ["tenure adopt leader.json --for 1h --holder-at /leader/id --epoch-at /leader/term", "names of its own"],
      ["tenure adopt memory/orchestrator-state.json --own --name orders", "then: tenure run orders -- …"],
      ["tenure adopt memory/orchestrator-state.json --undo", "hand it back"],
    ],
    aliases: ["leader_id, leader_epoch, last_heartbeat, ttl_ms: where its fields are unless it is said"],
    exitCodes: [
      "1   it would have differed",
      "65  the file does not say who leads",
      "69  there is no such file",
      "124 --timeout passed while somebody led",
    ],
  });
  storeOptions(command)
    .addOption(
      new Option("--own", "take it over, above every epoch it showed, once its holder is gone").conflicts("undo"),
    )
    .option("--undo", "hand it back, free, at the highest epoch there was")
    .option(
      "--name <name>",
      "the lease it becomes (the name of the file, without its ending) or is (found by the file)",
    )
    .addOption(
      new Option("--on-foreign-write <what>", "repair: put the lease back; refuse: stop leading (repair)").choices([
        "repair",
        "refuse",
      ]),
    )
    .addOption(duration("--timeout <duration>", "wait so long for its holder to go"))
    .addOption(duration("--for <duration>", "how long to watch").default(WATCHED_MS, formatDuration(WATCHED_MS)));
  pointerOptions(command).action((file: string, flags: Flags) => perform(file, flags, command));
}

const OF_WATCHING = ["for"];
const OF_OWNING = ["onForeignWrite"];
const OF_FIELDS = ["holderAt", "epochAt", "heartbeatAt", "durationAt"];
const OF_LEASES = ["name", "timeout", "dir", "store", "config", "allowNetworkFilesystem", "insecureDirectory"];

async function perform(file: string, flags: Flags, command: Command): Promise<void> {
  const adoption = adoptionOf(flags);
  if (flags.name !== undefined) assertLeaseName(flags.name);
  if (flags.own ?? flags.undo) refuseIdle(command, OF_WATCHING, "without --own and --undo: to watch the file");
  if (flags.own) return await takeOver(file, adoption, flags);
  refuseIdle(command, OF_OWNING, "with --own");
  if (flags.undo) {
    refuseIdle(command, OF_FIELDS, "without --undo, which knows the fields that the file was adopted with");
    return await handBack(file, flags);
  }
  refuseIdle(
    command,
    OF_LEASES,
    "with --own or --undo: without them a file is only watched, and no lease is looked at",
  );
  await observe(file, adoption, flags);
}

async function takeOver(file: string, adoption: Adoption, flags: Flags): Promise<void> {
  const path = realPath(file);
  const name = flags.name ?? adoptedAs(await memoryDirectory(flags), path)[0]?.name ?? leaseNameOf(path);
  await using context = await openContext(flags, name);
  const { onForeignWrite, timeout: timeoutMs } = flags;
  const teller = tellerFor({ ...flags, verbose: true });
  const { epoch, policy, already } = await interruptible(`waiting for the holder of ${file} to go`, (signal) =>
    own(context, {
      path,
      name,
      adoption,
      onForeignWrite,
      signal,
      timeoutMs,
      onWait: tellWait,
      onClaim: (client) => void teller.waiting(name, client),
    }).finally(teller.done),
  );
  if (flags.json) return printDocument(await statusDocument(context, name));
  const how = already ? "was adopted already" : "is adopted";
  print(
    `${escapeForDisplay(file)} ${how} as lease "${name}", at epoch ${epoch}; writes that go round tenure: ${policy}\nlead by it:   tenure run ${name} -- COMMAND\n`,
  );
}

async function handBack(file: string, flags: Flags): Promise<void> {
  const directory = await memoryDirectory(flags);
  const found = leaseToHandBack(directory, whereverItWas(file), flags.name);
  const name = found ?? flags.name ?? leaseNameOf(realPath(file));
  await using context = await openExisting(flags, name);
  const { timeout: timeoutMs } = flags;
  const teller = tellerFor({ ...flags, verbose: true });
  const onClaim = (client: LeaseClient): void => void teller.waiting(name, client);
  const undone = await interruptible(`waiting for lease "${name}"`, (signal) =>
    undo(context, { name, signal, timeoutMs, onClaim }).finally(teller.done),
  );
  if (flags.json) return printDocument(await statusDocument(context, name));
  if (undone === null) {
    const lease = flags.name === undefined ? "any lease" : `lease "${name}"`;
    return print(
      `${escapeForDisplay(file)} is not adopted as ${lease}, as ${escapeForDisplay(directory)} remembers: nothing was changed\n`,
    );
  }
  const { file: path, how, barred } = undone;
  const next =
    how === "gone"
      ? `lead without a file:   tenure resume ${name}\n`
      : `take it over again:   tenure adopt ${escapeForDisplay(shellWord(path))} --own --name ${name}\n`;
  print(
    `${escapeForDisplay(path)} ${inWords(undone)}; lease "${name}" is paused, and tenure writes the file no more\n${barred ? "" : next}`,
  );
}

async function memoryDirectory(flags: Flags): Promise<string> {
  return memoryDirectoryOf((await settingsFor(flags)).values);
}

function inWords({ how, epoch }: HandedBack): string {
  const inWordsOf: Readonly<Record<HandedBack["how"], string>> = {
    free: `is handed back: nobody leads, epoch ${epoch}`,
    foreign: "was taken by another program already, and is left as it is",
    gone: `is gone, and is not made again: nobody leads, epoch ${epoch}`,
  };
  return inWordsOf[how];
}

function tellWait({ holderIdentity, epoch, leaseDurationMs }: ForeignLease): void {
  const limit = formatDuration(leaseDurationMs);
  tell(
    `tenure: waiting for ${quoteForDisplay(holderIdentity)}, epoch ${epoch}, to let go or to stand unchanged for ${limit}\n`,
  );
}

function leaseNameOf(path: string): string {
  const name = basename(path, extname(path));
  if (isLeaseName(name)) return name;
  throw usageError(`${quoteForDisplay(name)} is no name of a lease; --name gives it one`);
}

async function observe(file: string, adoption: Adoption, flags: Flags): Promise<void> {
  const span = formatDuration(flags.for);
  const said = await watchForeignFile(file, adoption, flags.for, {
    onFirst: ({ holderIdentity, epoch }) =>
      tell(`watching for ${span}: ${leads(holderIdentity)}, epoch ${epoch}, in ${escapeForDisplay(file)}\n`),
    onDifference: ({ kind, message }) => {
      if (!flags.json) print(`${kind}: ${escapeForDisplay(message)}\n`);
    },
  });
  const { watched, looks, unreadable, trouble, differences } = said;
  if (differences.length > 0) process.exitCode = 1;
  const { holderIdentity } = watched.last;
  const epoch = watched.highestEpoch;
  if (flags.json) return printDocument({ file, looks, unreadable, holderIdentity, epoch, differences });
  const torn =
    unreadable === 0
      ? ""
      : `; ${unreadable} of ${counted(looks, "look")} could not read it, the last: ${escapeForDisplay(trouble)}`;
  const verdict =
    differences.length === 0 ? "a lease would have decided the same" : counted(differences.length, "difference");
  print(`${leads(holderIdentity)}, the highest epoch is ${epoch}; ${verdict} in ${span}${torn}\n`);
}

function leads(holderIdentity: string | null): string {
  return holderIdentity === null ? "nobody leads" : `${quoteForDisplay(holderIdentity)} leads`;
}
