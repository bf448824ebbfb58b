import { escapeForDisplay } from "@tenure/schema/light";
import type { Command } from "commander";
import { openExisting } from "../context.ts";
import { notBlank, storeOptions, type StoreFlags } from "../options.ts";
import { print, printDocument } from "../output/print.ts";
import { statusDocument } from "../output/status-document.ts";
import { verb } from "./verb.ts";

interface Flags extends StoreFlags {
  readonly reason: string;
}

export function breakLease(program: Command): void {
  const command = verb(program, "break <name>", {
    summary: "Revoke the lease of a holder that must go",
    does: "Revoke a lease whose holder must go: it is told at its next renewal, and succeeded when it is over",
    json: "one document on stdout (tenure schema status)",
    examples: [['tenure break orders --reason "worker-a is wedged, ticket 4711"', "history keeps the reason"]],
  }).requiredOption("--reason <text>", "why, for the one who reads the history", notBlank);
  storeOptions(command).action(perform);
}

async function perform(name: string, flags: Flags): Promise<void> {
  await using context = await openExisting(flags, name);
  await context.clientFor().revoke(name, flags.reason);
  if (flags.json) return printDocument(await statusDocument(context, name));
  const { record } = await context.kept.read(name);
  const revoked = record?.revoked ?? null;
  if (revoked !== null && revoked.reason !== flags.reason)
    return print(
      `"${name}" was revoked before, by "${escapeForDisplay(revoked.by)}": ${escapeForDisplay(revoked.reason)}; that reason stands\n`,
    );
  print(`revoked "${name}"; it is free when its holder lets go, is proved dead, or its lease duration has passed\n`);
}
