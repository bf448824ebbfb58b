import type { Values } from "../settings/keys.ts";
import { recogniseConfiguration } from "../settings/recognise.ts";
import { resolveSettings } from "../settings/settings.ts";
import { printStatus } from "./print.ts";
import { readStatus } from "./read.ts";

/**
 * Answers a plain `status` with the exit code, without loading the rest of the program; `null` for everything that is not plain,
 * wrong arguments and failures included: the whole program then does the same over, and finds the words for them.
 */
export function fastStatus(args: readonly string[]): number | null {
  const request = args[0] === "status" ? readArguments(args.slice(1)) : null;
  if (request === null) return null;
  try {
    const { flags, configuration, names, json } = request;
    const { values } = resolveSettings(
      { flags, env: process.env, cwd: process.cwd(), configuration },
      recogniseConfiguration,
    );
    printStatus(readStatus(values, names), json);
    return 0;
  } catch {
    return null;
  }
}

interface FastRequest {
  readonly names: readonly string[];
  readonly json: boolean;
  readonly flags: Values;
  readonly configuration: string | undefined;
}

function readArguments(args: readonly string[]): FastRequest | null {
  const names: string[] = [];
  const flags: Values = {};
  let json = false;
  let configuration: string | undefined;
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? "";
    if (word === "--json") json = true;
    else if (word === "--dir" || word === "--config") {
      const value = args[++at];
      if (value === undefined || value === "" || value.startsWith("-")) return null;
      if (word === "--dir") flags.directory = value;
      else configuration = value;
    } else if (word.startsWith("-")) return null;
    else names.push(word);
  }
  return { names: [...new Set(names)], json, flags, configuration };
}
