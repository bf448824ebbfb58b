import { randomUUID } from "node:crypto";
import { existsSync, linkSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { LeaseError } from "@tenure/core";
import { redact } from "@tenure/schema/light";
import type { Command } from "commander";
import { usageError } from "../failure.ts";
import { print, printDocument } from "../output/print.ts";
import { CONFIGURATION_NAME } from "../settings/file.ts";
import { ddlOf } from "../store/engines.ts";
import { verb } from "./verb.ts";

/** Where an editor finds the schema in a project that has tenure; elsewhere its name stands for it. */
const SCHEMA_FILE = "./node_modules/@tenure/schema/json/configuration.schema.json";
const SCHEMA_NAME = "urn:tenure:schema:configuration:1";

export function init(program: Command): void {
  verb(program, "init", {
    summary: "Write a tenure.config.json to start from",
    does: `Write a ${CONFIGURATION_NAME} to start from into this folder; one that is there already stays as it is`,
    json: "what was written, as one document on stdout",
    examples: [
      ["tenure init", "then edit it"],
      ["tenure init && tenure prove", "is its timing safe?"],
      ["tenure init --store postgres://ops@db/tenure", "leases on a server"],
      ["tenure init --store postgres://db/tenure --print-ddl | psql", "make its tables by hand"],
    ],
  })
    .option("--store <url>", "the server that keeps the leases, instead of a directory")
    .option("--print-ddl", "print the statements that make the tables of the server, and write nothing")
    .action(perform);
}

interface Flags {
  readonly json?: boolean;
  readonly store?: string;
  readonly printDdl?: boolean;
}

async function perform({ json = false, store, printDdl = false }: Flags): Promise<void> {
  if (printDdl) {
    if (store === undefined) throw usageError("--print-ddl needs --store: each engine has tables of its own");
    const ddl = await ddlOf(store);
    return json ? printDocument({ ddl }) : print(ddl);
  }
  if (store !== undefined && redact(store) !== store)
    throw usageError(
      `${redact(store)} holds a password, which is not for a file that is shared; name one with storePasswordFile`,
    );
  const path = resolve(CONFIGURATION_NAME);
  const $schema = existsSync(SCHEMA_FILE) ? SCHEMA_FILE : SCHEMA_NAME;
  const place = store === undefined ? { directory: "./.tenure" } : { store };
  const configuration = { $schema, ...place, timing: { leaseDuration: "15s" } };
  try {
    createWhole(path, `${JSON.stringify(configuration, null, 2)}\n`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new LeaseError(
      "ECONFIG",
      `${path} is there already and was left as it is; edit it, or move it away first`,
      {},
      { cause: error },
    );
  }
  if (json) return printDocument({ path, configuration });
  print(`wrote ${path}\n`);
}

/** The whole file or none, whatever fails; never over one that is there. */
function createWhole(path: string, text: string): void {
  const temporary = `${path}.${randomUUID()}.new`;
  try {
    writeFileSync(temporary, text, { flag: "wx" });
    linkSync(temporary, path);
  } finally {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // It only stays in the way of nobody.
    }
  }
}
