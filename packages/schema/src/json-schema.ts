import { z } from "zod";
import { type DocumentName, documentSchemas } from "./documents.ts";
import type { JsonSchema } from "./json-schema-type.ts";

/** The JSON Schema (draft 2020-12) of a document, as it is committed and published under `@tenure/schema/json/`. */
export function jsonSchemaOf(name: DocumentName): JsonSchema {
  const { $schema, ...schema } = z.toJSONSchema(documentSchemas[name], { target: "draft-2020-12", io: "input" });
  return { $schema, $id: `urn:tenure:schema:${name}:1`, title: `tenure ${name}`, ...(simplify(schema) as object) };
}

/** Says the same in fewer words: an interpreter pays for each of them, and so does a reader. */
function simplify(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(simplify);
  if (typeof schema !== "object" || schema === null) return schema;
  const entries = Object.entries(schema).filter(([key, value]) => key !== "additionalProperties" || !isEmpty(value));
  return mergeNullable(Object.fromEntries(entries.map(([key, value]) => [key, simplify(value)])));
}

/** `anyOf: [X, null]` becomes X with `null` among its types, so that a failure is reported where it is, not as `anyOf`. */
function mergeNullable(schema: Record<string, unknown>): unknown {
  const { anyOf, ...rest } = schema;
  if (!Array.isArray(anyOf) || anyOf.length !== 2) return schema;
  const [some, none] = anyOf as [Record<string, unknown>, Record<string, unknown>];
  if (none["type"] !== "null" || typeof some["type"] !== "string") return schema;
  const values = Array.isArray(some["enum"]) ? { enum: [...(some["enum"] as unknown[]), null] } : {};
  return { ...some, ...values, ...rest, type: [some["type"], "null"] };
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
