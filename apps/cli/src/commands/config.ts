import { escapeForDisplay, formatDuration, redact } from "@tenure/schema/light";
import type { Command } from "commander";
import { settingsFor } from "../context.ts";
import { storeOptions, type StoreFlags } from "../options.ts";
import { paletteFor } from "../output/colour.ts";
import { print, printDocument } from "../output/print.ts";
import { table } from "../output/table.ts";
import { keyForms, keys, type Key, type Values } from "../settings/keys.ts";
import type { Settings } from "../settings/settings.ts";
import { verb } from "./verb.ts";

interface Flags extends StoreFlags {
  readonly origin?: boolean;
}

export function config(program: Command): void {
  const group = program
    .command("config")
    .description("Show the settings in force, and their origin")
    .helpCommand(false);
  const command = verb(group, "show [name]", {
    summary: "Show the settings in force, and their origin",
    does: "Show every setting in force: flags, then TENURE_*, then tenure.config.json, then /etc/tenure/config.json",
    json: "the settings as one document on stdout",
    examples: [
      ["tenure config show --origin", "and who said so"],
      ["tenure config show orders --origin", "with what counts for one lease only"],
    ],
    aliases: ["ttl_ms, leader_id   are not read here; the file says leaseDuration, holderIdentity"],
  }).option("--origin", "where each value was written");
  storeOptions(command).action(perform);
}

async function perform(name: string | undefined, flags: Flags): Promise<void> {
  const settings = await settingsFor(flags, name);
  const settled = keys.filter((key) => settings.values[key] !== undefined);
  if (flags.json) return printDocument(documentOf(settings, settled, flags.origin === true));
  const { quiet, strong } = paletteFor("stdout");
  const head = ["SETTING", "VALUE", ...(flags.origin ? ["ORIGIN"] : [])].map((title) => ({ title }));
  const rows = settled.map((key) => [
    { text: keyForms[key].path },
    { text: escapeForDisplay(shown(key, settings.values)), style: strong },
    { text: escapeForDisplay(settings.origins.get(key)?.where ?? ""), style: quiet },
  ]);
  print(table(head, rows, { styleHead: quiet }));
}

function documentOf({ values, origins }: Settings, settled: readonly Key[], withOrigin: boolean): object {
  const entry = (key: Key): unknown => {
    const value = shown(key, values);
    return withOrigin ? { value, origin: origins.get(key) } : value;
  };
  return { settings: Object.fromEntries(settled.map((key) => [keyForms[key].path, entry(key)])) };
}

/** As a configuration file would say it. */
function shown(key: Key, values: Values): string {
  const value = values[key];
  if (["url", "progress"].includes(keyForms[key].kind)) return redact(String(value));
  return typeof value === "number" && keyForms[key].kind === "duration" ? formatDuration(value) : String(value);
}
