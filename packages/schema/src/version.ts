import { z } from "zod";

/** `MAJOR.MINOR`, of the major version this schema describes. Any minor: a newer one only adds fields. */
export const schemaVersionSchema = z.string().regex(/^1\.\d{1,6}$/u, "this schema describes versions 1.x");
