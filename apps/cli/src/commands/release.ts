import type { ReleaseReason } from "@tenure/schema";
import { Option, type Command } from "commander";
import { openExisting } from "../context.ts";
import { storeOptions, termOptions, type StoreFlags, type TermFlags } from "../options.ts";
import { print, printDocument } from "../output/print.ts";
import { statusDocument } from "../output/status-document.ts";
import { termOf } from "./term.ts";
import { verb } from "./verb.ts";

interface Flags extends StoreFlags, TermFlags {
  readonly reason: Exclude<ReleaseReason, "transferred">;
}

export function release(program: Command): void {
  const command = verb(program, "release <name>", {
    summary: "Give a held lease back",
    does: "Give a held lease back; do it after the work has stopped, and the next one leads at once",
    json: "one document on stdout (tenure schema status)",
    examples: [
      ["tenure release orders --holder worker-a --epoch 7", "the term that acquire printed"],
      ["tenure release orders --holder worker-a --epoch 7 --reason failed", "history shows why"],
    ],
    exitCodes: ["79  the lease is lost or was never held so"],
  }).addOption(
    new Option("--reason <reason>", "why it ends").choices(["completed", "stopped", "failed"]).default("completed"),
  );
  termOptions(storeOptions(command)).action(perform);
}

async function perform(name: string, flags: Flags): Promise<void> {
  const term = termOf(flags);
  await using context = await openExisting(flags, name);
  const lease = await context.clientFor().attach(name, term, { overdue: true });
  await lease.release(flags.reason);
  if (flags.json) return printDocument(await statusDocument(context, name));
  print(`released "${name}", epoch ${lease.epoch}\n`);
}
