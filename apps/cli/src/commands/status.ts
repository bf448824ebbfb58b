import type { LeaseStatus, StatusDocument } from "@tenure/schema";
import { assertLeaseName } from "@tenure/schema/light";
import type { Command } from "commander";
import { openContext, settingsFor } from "../context.ts";
import { storeOptions, type StoreFlags } from "../options.ts";
import { placeOf } from "../output/status-document.ts";
import { printStatus } from "../status/print.ts";
import { storeIsThere } from "../store/open-store.ts";
import { verb } from "./verb.ts";

export function status(program: Command): void {
  const command = verb(program, "status [names...]", {
    summary: "Show who leads, and for how long yet",
    does: "Show who leads, since when, how long yet, and when the next renewal is due",
    json: "one document on stdout (tenure schema status)",
    examples: [
      ["tenure status", "all leases"],
      ["tenure status orders --json", "for a script or a health check"],
    ],
    aliases: ["leader_id, leader_epoch, last_heartbeat, ttl_ms   holderIdentity, epoch, renewTime, leaseDurationMs"],
  });
  storeOptions(command).action(perform);
}

/** Asks the store itself; the quick way (status/fast.ts) has been tried before, and must tell the same. */
async function perform(asked: readonly string[], flags: StoreFlags): Promise<void> {
  const { values } = await settingsFor(flags);
  const names = [...new Set(asked)];
  for (const name of names) assertLeaseName(name);
  printStatus(
    storeIsThere(values) ? await ask(names, flags) : { storeId: null, ...placeOf(values), leases: [] },
    flags.json === true,
  );
}

async function ask(names: readonly string[], flags: StoreFlags): Promise<StatusDocument> {
  await using context = await openContext(flags);
  const { store, settings } = context;
  const client = context.clientFor();
  const leases: LeaseStatus[] = [];
  for (const name of names.length > 0 ? names : await store.list()) leases.push(await client.status(name));
  return { storeId: store.storeId, ...placeOf(settings.values), leases };
}
