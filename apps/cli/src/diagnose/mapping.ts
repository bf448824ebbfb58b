import { readFileSync } from "node:fs";
import { LeaseError } from "@tenure/core";
import { mappingSchema, type Mapping } from "@tenure/schema";
import { parseBoundedJson, quoteForDisplay } from "@tenure/schema/light";

/** @throws LeaseError `ECONFIG` for a file that is no mapping, with the place. */
export function readMapping(path: string): Mapping {
  const text = readFileSync(path, "utf8");
  try {
    const result = mappingSchema.safeParse(parseBoundedJson(text));
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    throw new Error(`/${issue?.path.join("/") ?? ""}: ${issue?.message ?? "unknown"}`);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new LeaseError(
      "ECONFIG",
      `${quoteForDisplay(path)} is no mapping (tenure schema mapping): ${why}`,
      {},
      { cause },
    );
  }
}
