import type { Command } from "commander";
import { usageError } from "../failure.ts";
import { print, printDocument } from "../output/print.ts";
import { verb } from "./verb.ts";

export function schema(program: Command): void {
  verb(program, "schema [document]", {
    summary: "Print the JSON Schema of a document",
    does: "Print the JSON Schema of a document, or the names of all documents",
    json: "the names as one document on stdout; a schema is one anyway",
    examples: [
      ["tenure schema", "which there are"],
      ["tenure schema status", "what status --json prints"],
      ["tenure schema configuration > tenure.schema.json", "for an editor"],
    ],
  }).action(perform);
}

async function perform(name: string | undefined, { json = false }: { readonly json?: boolean }): Promise<void> {
  const { documentSchemas, jsonSchemaOf } = await import("@tenure/schema");
  const names = Object.keys(documentSchemas) as (keyof typeof documentSchemas)[];
  if (name === undefined)
    return json ? printDocument({ documents: names }) : print(names.map((each) => `${each}\n`).join(""));
  const known = names.find((each) => each === name);
  if (known === undefined)
    throw usageError(`there is no document ${JSON.stringify(name)}; there are ${names.join(", ")}`);
  print(`${JSON.stringify(jsonSchemaOf(known), null, 2)}\n`);
}
