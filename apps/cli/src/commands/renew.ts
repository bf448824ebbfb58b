import type { Command } from "commander";
import { openExisting } from "../context.ts";
import { storeOptions, termOptions, type StoreFlags, type TermFlags } from "../options.ts";
import { printAcquired } from "../output/term.ts";
import { termOf } from "./term.ts";
import { verb } from "./verb.ts";

export function renew(program: Command): void {
  const command = verb(program, "renew <name>", {
    summary: "Renew a held lease once",
    does: "Renew a held lease once; refused when another leads, and past the deadline even if nobody does",
    json: "one document on stdout (tenure schema acquired)",
    examples: [
      ["tenure renew orders --holder worker-a --epoch 7", "the term that acquire printed"],
      ["tenure renew orders --holder worker-a --epoch 7 --json", "with the new deadline"],
    ],
    aliases: ["leader_id, leader_epoch   --holder, --epoch"],
    exitCodes: ["79  the lease is lost, expired, or was never held so"],
  });
  termOptions(storeOptions(command)).action(perform);
}

async function perform(name: string, flags: StoreFlags & TermFlags): Promise<void> {
  const term = termOf(flags);
  await using context = await openExisting(flags, name);
  const lease = await context.clientFor().attach(name, term);
  await lease.renew();
  printAcquired("renewed", lease, flags);
}
