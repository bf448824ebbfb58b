import type { StatusDocument } from "@tenure/schema";
import { redact } from "@tenure/schema/light";
import type { Context } from "../context.ts";
import type { Settings } from "../settings/settings.ts";

/** Where the leases are kept, as documents say it. */
export function placeOf({ store, directory }: Settings["values"]): Pick<StatusDocument, "directory" | "store"> {
  return store === undefined ? { directory } : { store: redact(store) };
}

/** How one lease stands after a verb has changed it: what such a verb prints under `--json`. */
export async function statusDocument({ store, settings, clientFor }: Context, name: string): Promise<StatusDocument> {
  return { storeId: store.storeId, ...placeOf(settings.values), leases: [await clientFor().status(name)] };
}
