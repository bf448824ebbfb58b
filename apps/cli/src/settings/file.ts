import { closeSync, constants, fstatSync, openSync, readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { LeaseError } from "@tenure/core";
import type { Configuration } from "@tenure/schema";
import { parseBoundedJson, SchemaError } from "@tenure/schema/light";
import { NotRecognisedError } from "./recognise.ts";

export const CONFIGURATION_NAME = "tenure.config.json";
const SYSTEM_CONFIGURATION = "/etc/tenure/config.json";
const BOUNDS = { maxLength: 1_048_576, maxDepth: 16 };

/** Answers with what it was given if that is a configuration. */
export type CheckConfiguration = (value: unknown) => Configuration;

export interface ConfigurationFile {
  readonly path: string;
  /** Paths in the file are relative to it. */
  readonly directory: string;
  readonly configuration: Configuration;
}

/**
 * The files that count, the strongest first: the one named, else `tenure.config.json` here; then the machine's.
 * @throws LeaseError `ECONFIG` with the path of the key at fault, or when a file that was named is not there.
 */
export function readConfigurationFiles(
  from: { readonly cwd: string; readonly named?: string | undefined; readonly system?: string },
  check: CheckConfiguration,
): readonly ConfigurationFile[] {
  const { cwd, named, system = SYSTEM_CONFIGURATION } = from;
  const own = readConfigurationFile(resolve(cwd, named ?? CONFIGURATION_NAME), check);
  if (own === null && named !== undefined)
    throw new LeaseError("ECONFIG", `${named}: there is no such configuration file`);
  return [own, readConfigurationFile(system, check)].filter((file) => file !== null);
}

function readConfigurationFile(path: string, check: CheckConfiguration): ConfigurationFile | null {
  const text = readText(path);
  if (text === null) return null;
  try {
    return { path, directory: dirname(path), configuration: check(parseBoundedJson(text, BOUNDS)) };
  } catch (error) {
    if (error instanceof NotRecognisedError) throw error;
    const where = error instanceof SchemaError && error.path !== "" ? `${error.path}: ` : "";
    throw new LeaseError("ECONFIG", `${path}: ${where}${(error as Error).message}`, {}, { cause: error });
  }
}

function readText(path: string): string | null {
  let descriptor: number;
  try {
    // Mostly there is none, and asking first is quicker than an exception.
    if (statSync(path, { throwIfNoEntry: false }) === undefined) return null;
    // A pipe put in the place of the file must not make a command wait.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    // Nothing is wrong with the file.
    if (code === "EMFILE" || code === "ENFILE") throw error;
    throw new LeaseError(code === "EACCES" ? "EPERMISSION" : "ECONFIG", `${path}: ${message}`, {}, { cause: error });
  }
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) throw new LeaseError("ECONFIG", `${path}: not a regular file`);
    if (stat.size > BOUNDS.maxLength) throw new LeaseError("ECONFIG", `${path}: longer than ${BOUNDS.maxLength} bytes`);
    return readFileSync(descriptor, "utf8");
  } finally {
    closeSync(descriptor);
  }
}
