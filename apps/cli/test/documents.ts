import { documentSchemas, type DocumentName } from "@tenure/schema";

type Document<Name extends DocumentName> = (typeof documentSchemas)[Name]["_zod"]["output"];

/** Reads the one JSON document on an output, which must be what its published schema says. */
export function documentIn<Name extends DocumentName>(name: Name, stdout: string): Document<Name> {
  return documentSchemas[name].parse(JSON.parse(stdout));
}
