import { existsSync } from "node:fs";
import { join } from "node:path";
import { statusOf, type Viewpoint } from "@tenure/core";
import { bootId, boottimeMs, proveDeath, timeNamespace } from "@tenure/host";
import type { LeaseStatus, StatusDocument } from "@tenure/schema";
import { assertLeaseName, readLeaseRecord } from "@tenure/schema/light";
import { fileStoreGuarantees, listStatusTails, readStatusTail } from "@tenure/store-file";
import type { Settings } from "../settings/settings.ts";

/** Not a failure: it takes opening the store to tell how things stand, or what is wrong. */
class NotPlainError extends Error {}

/**
 * The status of leases from the ends of their journals, in a few milliseconds; each record is validated.
 * @throws NotPlainError; SchemaError for a name that is none.
 */
export function readStatus(values: Settings["values"], names: readonly string[] = []): StatusDocument {
  const { directory, storeId: pinned } = values;
  for (const name of names) assertLeaseName(name);
  if (values.store !== undefined) throw new NotPlainError();
  if (!isStore(directory)) return { storeId: null, directory, leases: [] };
  const boot = bootId();
  const viewpoint: Viewpoint = {
    clock: { now: () => ({ boottimeMs: boottimeMs(), wallMs: Date.now() }) },
    identity: { holder: { bootId: boot, timeNamespace: timeNamespace() } },
    store: { guarantees: fileStoreGuarantees },
    proveDeath: (process, options) => proveDeath(process, options),
  };
  const stores = new Set<string>();
  const leases = (names.length > 0 ? names : listStatusTails(directory)).map((name): LeaseStatus => {
    const snapshot = readStatusTail(directory, name, boot);
    if (snapshot === undefined || snapshot === null) throw new NotPlainError();
    stores.add(snapshot.storeId);
    return statusOf(viewpoint, { ...snapshot, record: readLeaseRecord(snapshot.record) });
  });
  const [storeId, another] = stores;
  if (storeId === undefined || another !== undefined || (pinned ?? storeId) !== storeId) throw new NotPlainError();
  return { storeId, directory, leases };
}

/**
 * Whether a folder is a store, as far as can be seen without opening it, since opening would make it one. What cannot be looked at
 * may be one: opening it then says what is wrong.
 */
export function isStore(directory: string): boolean {
  if (!existsSync(directory)) return false;
  try {
    return existsSync(join(directory, "store.id")) || listStatusTails(directory).length > 0;
  } catch {
    return true;
  }
}
