import { isAbsolute, join } from "node:path";
import { LeaseError } from "@tenure/core";
import { homeDirectory } from "@tenure/host";
import type { TimingSettings } from "@tenure/schema";
import { readConfigurationFiles, type CheckConfiguration } from "./file.ts";
import { timingKeys, type Key, type Values } from "./keys.ts";
import { environmentLayer, fileLayer, flagLayer, type Layer } from "./layers.ts";

export interface Origin {
  readonly kind: Layer["kind"];
  readonly where: string;
}

/** What is in force, and who said so. */
export interface Settings {
  readonly values: Values & { readonly directory: string };
  readonly origins: ReadonlyMap<Key, Origin>;
}

export interface SettingsSources {
  readonly flags: Values;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** The file given by `--config`. */
  readonly configuration?: string | undefined;
  /** The machine's file; only tests have another. */
  readonly system?: string;
  /** Whose special settings count. */
  readonly leaseName?: string | undefined;
}

/** Flags, then TENURE_*, then tenure.config.json, then /etc/tenure/config.json, then what tenure takes by itself. */
export function resolveSettings(sources: SettingsSources, check: CheckConfiguration): Settings {
  const { flags, env, cwd, configuration, system, leaseName } = sources;
  const named = configuration ?? (env["TENURE_CONFIG"] || undefined);
  const files = readConfigurationFiles({ cwd, named, ...(system !== undefined && { system }) }, check);
  const layers = [
    flagLayer(flags, cwd),
    environmentLayer(env, cwd),
    ...files.map((file) => fileLayer(file, leaseName)),
    defaultLayer(env),
  ];
  const origins = new Map<Key, Origin>();
  const values: Values = {};
  for (const { kind, values: own, where } of layers) {
    if (own.store !== undefined && own.directory !== undefined)
      throw new LeaseError(
        kind === "flag" ? "EUSAGE" : "ECONFIG",
        `${where("store")} and ${where("directory")} exclude each other: leases are kept on a server or in a folder`,
      );
    // Of a folder and a server, the one that was said last counts.
    const isOverruled = origins.has("directory");
    for (const [key, value] of Object.entries(own) as [Key, never][]) {
      if (origins.has(key) || (key === "store" && isOverruled)) continue;
      origins.set(key, { kind, where: where(key) });
      values[key] = value;
    }
  }
  return { values: values as Settings["values"], origins };
}

/** What a client takes of them. */
export function timingOf(values: Values): TimingSettings {
  return Object.fromEntries(timingKeys.flatMap((key) => (values[key] === undefined ? [] : [[key, values[key]]])));
}

/** Where leases are kept when nobody says where. */
export function defaultDirectory(env: NodeJS.ProcessEnv): string {
  return String(defaultLayer(env).values.directory);
}

function defaultLayer(env: NodeJS.ProcessEnv): Layer {
  const xdg = env["XDG_STATE_HOME"];
  const fromXdg = xdg !== undefined && isAbsolute(xdg);
  const directory = fromXdg ? join(xdg, "tenure") : join(homeDirectory(), ".local", "state", "tenure");
  return { kind: "default", values: { directory }, where: () => (fromXdg ? "XDG_STATE_HOME" : "default") };
}
