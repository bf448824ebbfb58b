import { resolve } from "node:path";
import { LeaseError } from "@tenure/core";
import { isHolderIdentity, parseDuration, parseProgressOrigin } from "@tenure/schema/light";
import type { ConfigurationFile } from "./file.ts";
import { keyForms, keys, keysOf, sectionOf, sections, type Key, type Values } from "./keys.ts";

/** Values of one origin. The first layer that has a key decides it. */
export interface Layer {
  readonly kind: "flag" | "env" | "file" | "default";
  readonly values: Values;
  /** Where the value of a key was written, as a person finds it. */
  readonly where: (key: Key) => string;
}

export function flagLayer(values: Values, cwd: string): Layer {
  const own = { ...values };
  if (own.directory !== undefined) own.directory = resolve(cwd, own.directory);
  if (own.progressFrom !== undefined) own.progressFrom = progressFrom(cwd, own.progressFrom);
  return { kind: "flag", values: own, where: (key) => keyForms[key].flag ?? key };
}

/** @throws LeaseError `ECONFIG` naming the variable. An empty variable counts as none. */
export function environmentLayer(env: NodeJS.ProcessEnv, cwd: string): Layer {
  const values: Values = {};
  for (const key of keys) {
    const text = env[keyForms[key].env];
    if (text !== undefined && text !== "") set(values, key, text, cwd);
  }
  return { kind: "env", values, where: (key) => keyForms[key].env };
}

/** What a file says for every lease and, above that, for the one named. */
export function fileLayer({ path, directory, configuration }: ConfigurationFile, leaseName?: string): Layer {
  const { leases = {}, storeId, holderIdentity } = configuration;
  const special = leaseName !== undefined && Object.hasOwn(leases, leaseName) ? leases[leaseName] : undefined;
  const values: Values = {};
  if (configuration.directory !== undefined) values.directory = resolve(directory, configuration.directory);
  if (configuration.store !== undefined) values.store = configuration.store;
  if (configuration.storePasswordFile !== undefined)
    values.storePasswordFile = resolve(directory, configuration.storePasswordFile);
  if (configuration.floorDirectory !== undefined)
    values.floorDirectory = resolve(directory, configuration.floorDirectory);
  if (storeId !== undefined) values.storeId = storeId;
  if (holderIdentity !== undefined) values.holderIdentity = holderIdentity;
  for (const section of sections) {
    const written: Readonly<Record<string, string | number | undefined>> = {
      ...configuration[section],
      ...special?.[section],
    };
    for (const key of keysOf(section)) {
      const value = written[nameInFile(key)];
      if (value === undefined) continue;
      const { kind } = keyForms[key];
      if (typeof value !== "string") Object.assign(values, { [key]: value });
      else if (kind === "duration") Object.assign(values, { [key]: parseDuration(value) });
      else Object.assign(values, { [key]: kind === "progress" ? progressFrom(directory, value) : value });
    }
  }
  const where = (key: Key): string => {
    const section = sectionOf(key);
    const own = section === undefined ? undefined : special?.[section];
    const isSpecial = own !== undefined && Object.hasOwn(own, nameInFile(key));
    return `${path} ${isSpecial ? `leases.${leaseName}.` : ""}${keyForms[key].path}`;
  };
  return { kind: "file", values, where };
}

/** As `parseProgressOrigin` reads it, with the path of a file from where it was written. */
function progressFrom(base: string, text: string): string {
  const origin = parseProgressOrigin(text);
  return origin.kind === "file" ? `file:${resolve(base, origin.path)}` : text;
}

function nameInFile(key: Key): string {
  return keyForms[key].path.slice(keyForms[key].path.lastIndexOf(".") + 1);
}

function set(values: Values, key: Key, text: string, cwd: string): void {
  const { kind, env, choices = [] } = keyForms[key];
  const bad = (why: string): LeaseError => new LeaseError("ECONFIG", `${env}: ${why}`);
  if (kind === "path") return void Object.assign(values, { [key]: resolve(cwd, text) });
  // Whoever opens it says what is wrong with it, without its password.
  if (kind === "url") return void Object.assign(values, { [key]: text });
  if (kind === "text") {
    // The alphabet of an identity is that of a store id, and wider.
    if (!isHolderIdentity(text)) throw bad("1 to 256 characters, none of them control, bidi or zero-width");
    return void Object.assign(values, { [key]: text });
  }
  if (kind === "choice") {
    if (!choices.includes(text)) throw bad(`${JSON.stringify(text)} is none of ${choices.join(", ")}`);
    return void Object.assign(values, { [key]: text });
  }
  if (kind === "number") {
    const number = Number(text);
    if (!Number.isFinite(number)) throw bad(`${JSON.stringify(text)} is not a number`);
    return void Object.assign(values, { [key]: number });
  }
  try {
    Object.assign(values, { [key]: kind === "progress" ? progressFrom(cwd, text) : parseDuration(text) });
  } catch (error) {
    throw bad((error as Error).message);
  }
}
