import { patternSchema } from "./text.ts";

/** `MAJOR.MINOR`, of the major version this schema describes. Any minor: a newer one only adds fields. */
export const schemaVersionSchema = patternSchema(/^1\.\d{1,6}$/u, "this schema describes versions 1.x");
