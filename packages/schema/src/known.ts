import type { z } from "zod";

/** The fields a schema names, without the unknown ones it lets through: those are kept, but nobody's to use. */
export type Known<Schema extends z.ZodObject> = z.infer<z.ZodObject<Schema["shape"]>>;

/** The same of what was read by any schema, on every level. */
export type AllKnown<Read> = Read extends readonly (infer Element)[]
  ? readonly AllKnown<Element>[]
  : Read extends object
    ? { [Field in keyof Read as string extends Field ? never : Field]: AllKnown<Read[Field]> }
    : Read;
