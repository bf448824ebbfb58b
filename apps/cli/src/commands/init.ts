import { randomUUID } from "node:crypto";
import { existsSync, linkSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { LeaseError } from "@tenure/core";
import type { Command } from "commander";
import { print } from "../output/print.ts";
import { CONFIGURATION_NAME } from "../settings/file.ts";
import { printDocument, verb } from "./verb.ts";

/** Where an editor finds the schema in a project that has tenure; elsewhere its name stands for it. */
const SCHEMA_FILE = "./node_modules/@tenure/schema/json/configuration.schema.json";
const SCHEMA_NAME = "urn:tenure:schema:configuration:1";

export function init(program: Command): void {
  verb(program, "init", {
    summary: "Write a tenure.config.json to start from",
    does: `Write a ${CONFIGURATION_NAME} to start from into this folder; one that is there already stays as it is`,
    examples: [
      ["tenure init", "then edit it"],
      ["tenure init && tenure prove", "is its timing safe?"],
    ],
  }).action(perform);
}

function perform({ json = false }: { readonly json?: boolean }): void {
  const path = resolve(CONFIGURATION_NAME);
  const $schema = existsSync(SCHEMA_FILE) ? SCHEMA_FILE : SCHEMA_NAME;
  const configuration = { $schema, directory: "./.tenure", timing: { leaseDuration: "15s" } };
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
