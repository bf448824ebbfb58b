import { configurationSchema, SchemaError, type Configuration } from "@tenure/schema";

/**
 * The whole check, by the schema; it costs loading zod, so only what was not recognised at sight comes here.
 * @throws SchemaError `EINVALID` with the path of the key at fault.
 */
export function checkConfiguration(value: unknown): Configuration {
  const { data, error } = configurationSchema.safeParse(value);
  const [issue] = error?.issues ?? [];
  if (issue !== undefined) throw new SchemaError("EINVALID", issue.path.map(String).join("."), wordsOf(issue));
  return data as Configuration;
}

type Issue = NonNullable<ReturnType<typeof configurationSchema.safeParse>["error"]>["issues"][number];

/** Without the kind of fault that zod puts before what it expected; of a key that may not be one, what is wrong with it. */
function wordsOf(issue: Issue): string {
  if (issue.code === "invalid_key") return issue.issues.map(({ message }) => message).join("; ");
  return issue.message.replace(/^(?:Invalid input|Invalid option|Too small|Too big): /u, "");
}
