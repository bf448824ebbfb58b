// Writes json/*.schema.json, and the ones the light readers use as src/generated/*.ts, from the zod schemas.
// Runs over the build: `pnpm build && pnpm generate`. A test fails when the committed files are not what this writes.
import { mkdirSync, writeFileSync } from "node:fs";
import { documentSchemas } from "../dist/documents.js";
import { jsonSchemaOf } from "../dist/json-schema.js";

const light = ["record", "event", "process-identity", "run"];

const root = new URL("../", import.meta.url);
mkdirSync(new URL("json/", root), { recursive: true });
mkdirSync(new URL("src/generated/", root), { recursive: true });

for (const name of Object.keys(documentSchemas)) {
  const json = JSON.stringify(jsonSchemaOf(name), null, 2);
  writeFileSync(new URL(`json/${name}.schema.json`, root), `${json}\n`);
  if (light.includes(name)) writeFileSync(new URL(`src/generated/${name}.ts`, root), moduleOf(name, json));
}

/** A module rather than the JSON file: it loads alike in Node, in a bundle and in a test. */
function moduleOf(name, json) {
  const constant = name.replace(/-(.)/gu, (_, letter) => letter.toUpperCase());
  return [
    "// Written by tools/generate.mjs; do not edit.",
    ...(json.includes('"then"') ? ["// oxlint-disable unicorn/no-thenable -- the keyword of JSON Schema"] : []),
    'import type { JsonSchema } from "../json-schema-type.ts";',
    "",
    "// oxfmt-ignore",
    `export const ${constant}JsonSchema: JsonSchema = ${json};`,
    "",
  ].join("\n");
}
