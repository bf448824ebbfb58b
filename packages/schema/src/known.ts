import type { z } from "zod";

/** The fields a schema names, without the unknown ones it lets through: those are kept, but nobody's to use. */
export type Known<Schema extends z.ZodObject> = z.infer<z.ZodObject<Schema["shape"]>>;
