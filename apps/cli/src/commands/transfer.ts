import { escapeForDisplay } from "@tenure/schema/light";
import type { Command } from "commander";
import { openExisting } from "../context.ts";
import { duration, notBlank, storeOptions, termOptions, type StoreFlags, type TermFlags } from "../options.ts";
import { print, printDocument } from "../output/print.ts";
import { statusDocument } from "../output/status-document.ts";
import { termOf } from "./term.ts";
import { verb } from "./verb.ts";

interface Flags extends StoreFlags, TermFlags {
  readonly to: string;
  readonly expiresAfter?: number;
}

export function transfer(program: Command): void {
  const command = verb(program, "transfer <name>", {
    summary: "Hand a lease to another",
    does: "Hand a lease to another: asks its holder to stop and give way, or gives way for the term you hold",
    json: "one document on stdout (tenure schema status)",
    examples: [
      ["tenure transfer orders --to worker-b", "ask the present holder"],
      ["tenure transfer orders --to worker-b --holder worker-a --epoch 7", "give way: you hold it"],
    ],
    exitCodes: ["79  the term you named is not the one in office"],
  })
    .requiredOption("--to <identity>", "who is to lead next", notBlank)
    .addOption(duration("--expires-after <duration>", "others stand back for this long at most"));
  termOptions(storeOptions(command)).action(perform);
}

async function perform(name: string, flags: Flags): Promise<void> {
  const term = flags.holder === undefined && flags.epoch === undefined ? null : termOf(flags);
  await using context = await openExisting(flags, name);
  const client = context.clientFor();
  const options = flags.expiresAfter === undefined ? {} : { expiresAfterMs: flags.expiresAfter };
  if (term === null) await client.requestTransfer(name, flags.to, options);
  else await (await client.attach(name, term)).transfer(flags.to, options);
  if (flags.json) return printDocument(await statusDocument(context, name));
  const to = escapeForDisplay(flags.to);
  print(term === null ? `asked the holder of "${name}" to give way to "${to}"\n` : `gave "${name}" up for "${to}"\n`);
}
