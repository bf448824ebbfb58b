import { randomUUID } from "node:crypto";
import { LeaseError, ServerStore, type FenceStorage, type LeaseStore } from "@tenure/core";
import { addressOf } from "./address.ts";
import { EtcdEngine } from "./etcd-engine.ts";
import { storeFailure } from "./failure.ts";
import { Gateway } from "./gateway.ts";
import { Keys } from "./keys.ts";
import { askMembers } from "./server.ts";
import { readTxn, TXN, txnBody, type Txn } from "./txn.ts";

const PREFIX = "tenure/";

export interface EtcdStoreOptions {
  /** `etcd://user@host:2379`, or `etcds://` for TLS; `?endpoint=host:2379` for each further member, `cacert`, `cert`, `key` for files. */
  readonly url: string;
  /** Holds the password that the URL does not. */
  readonly passwordFile?: string | undefined;
  /** What all keys of the store begin with. Default: `tenure/`. */
  readonly prefix?: string | undefined;
  /** Refuses any other store than this one, and makes none. */
  readonly storeId?: string | undefined;
  /** Remembers the highest epoch seen across processes, on this machine's disk: `fileFence` does. In memory it is always remembered. */
  readonly seenEpochs?: FenceStorage | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens the leases that an etcd cluster keeps under a prefix of its keys. The first one to open them names the store.
 * @throws LeaseError `ECONFIG` for a URL that is none or another store than the pinned one; `ESTOREUNAVAILABLE` when no member can be
 * reached or none leads; `EPERMISSION` when the user is refused.
 */
export async function openEtcdStore(options: EtcdStoreOptions): Promise<LeaseStore> {
  const { url, passwordFile, prefix = PREFIX, signal, seenEpochs } = options;
  if (prefix === "") throw new LeaseError("EUSAGE", "the keys of an etcd store begin with a prefix, as tenure/");
  const gateway = new Gateway(addressOf(url, passwordFile));
  const keys = new Keys(prefix);
  try {
    const storeId = await storeIdOf(gateway, keys, options);
    const members = await askMembers(gateway, signal);
    return new ServerStore(new EtcdEngine({ gateway, keys, storeId, members }), seenEpochs);
  } catch (error) {
    gateway.close();
    throw storeFailure(error, "open the store");
  }
}

/** Made by whoever comes first; one that is pinned is not to come about anew on a cluster that lost it. */
async function storeIdOf(gateway: Gateway, keys: Keys, { storeId: pinned, signal }: EtcdStoreOptions): Promise<string> {
  // Looked for without a write: a cluster that is full takes none, and a user who may only read may make none.
  const named = await nameAt(gateway, keys, null, signal);
  const found = named === null && pinned === undefined ? await nameAt(gateway, keys, randomUUID(), signal) : named;
  if (found !== null && !/^[\x21-\x7e]{1,128}$/u.test(found))
    throw new LeaseError(
      "ESTATECORRUPT",
      `etcd: what stands at ${keys.store} names no store: ${JSON.stringify(found)}. Nothing was overwritten`,
    );
  if (found === null || (pinned !== undefined && found !== pinned))
    throw new LeaseError(
      "ECONFIG",
      `this cluster holds ${found === null ? "no store" : `store ${found}`}, and store ${pinned} was asked for`,
    );
  return found;
}

/** What names the store: `made` where nothing did. `null` where nothing does. */
async function nameAt(
  gateway: Gateway,
  { store }: Keys,
  made: string | null,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  const txn: Txn = {
    compare: [{ key: store, modRevision: "0" }],
    success: made === null ? [] : [{ put: store, value: made }],
    failure: [{ get: { key: store } }],
  };
  const { succeeded, found } = readTxn(await gateway.call(TXN, txnBody(txn), { signal, isRepeatable: true }));
  return succeeded ? made : (found[0]?.[0]?.value ?? "");
}
