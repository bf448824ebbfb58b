import { configurationSchema, SchemaError, type Configuration } from "@tenure/schema";

/**
 * The whole check, by the schema; it costs loading zod, so only what was not recognised at sight comes here.
 * @throws SchemaError `EINVALID` with the path of the key at fault.
 */
export function checkConfiguration(value: unknown): Configuration {
  const { data, error } = configurationSchema.safeParse(value);
  const [issue] = error?.issues ?? [];
  if (issue !== undefined) throw new SchemaError("EINVALID", issue.path.map(String).join("."), issue.message);
  return data as Configuration;
}
