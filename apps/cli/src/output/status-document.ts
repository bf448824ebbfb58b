import type { StatusDocument } from "@tenure/schema";
import type { Context } from "../context.ts";

/** How one lease stands after a verb has changed it: what such a verb prints under `--json`. */
export async function statusDocument({ store, settings, clientFor }: Context, name: string): Promise<StatusDocument> {
  const { directory } = settings.values;
  return { storeId: store.storeId, directory, leases: [await clientFor().status(name)] };
}
