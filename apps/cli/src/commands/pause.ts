import { escapeForDisplay, formatDuration } from "@tenure/schema/light";
import type { Command } from "commander";
import { openExisting } from "../context.ts";
import { usageError } from "../failure.ts";
import { duration, notBlank, storeOptions, type StoreFlags } from "../options.ts";
import { print, printDocument } from "../output/print.ts";
import { statusDocument } from "../output/status-document.ts";
import { verb } from "./verb.ts";

interface Flags extends StoreFlags {
  readonly for: number;
  readonly reason: string;
}

export function pause(program: Command): void {
  const command = verb(program, "pause <name>", {
    summary: "Keep a lease from being acquired for a while",
    does: "Keep a lease from being acquired, and its command from being restarted, until resume or for the time given. Whoever leads leads on",
    json: "one document on stdout (tenure schema status)",
    examples: [
      ["tenure pause orders --for 30m", "maintenance that ends by itself"],
      ['tenure pause orders --for 2h --reason "migration, ticket 4711"', "history keeps the reason"],
    ],
  })
    .addOption(
      duration("--for <duration>", "how long nobody may acquire it, unless resume comes first").makeOptionMandatory(),
    )
    .option("--reason <text>", "why, for the one who finds it", notBlank, "maintenance");
  storeOptions(command).action(perform);
}

export function resume(program: Command): void {
  const command = verb(program, "resume <name>", {
    summary: "Lift a pause",
    does: "Lift a pause before its time; where there is none, nothing changes",
    json: "one document on stdout (tenure schema status)",
    examples: [["tenure resume orders", "whoever waits leads at once"]],
  });
  storeOptions(command).action(performResume);
}

async function perform(name: string, flags: Flags): Promise<void> {
  if (flags.for === 0) throw usageError(`--for 0s pauses nothing; tenure resume ${name} lifts a pause`);
  await using context = await openExisting(flags, name);
  await context.clientFor().pause(name, { expiresAfterMs: flags.for, reason: flags.reason });
  if (flags.json) return printDocument(await statusDocument(context, name));
  print(
    `paused "${name}" for ${formatDuration(flags.for)} (${escapeForDisplay(flags.reason)}); tenure resume ${name} lifts it\n`,
  );
}

async function performResume(name: string, flags: StoreFlags): Promise<void> {
  await using context = await openExisting(flags, name);
  await context.clientFor().resume(name);
  if (flags.json) return printDocument(await statusDocument(context, name));
  print(`"${name}" is not paused any more\n`);
}
