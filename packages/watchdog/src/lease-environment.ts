import type { Lease } from "@tenure/core";
import type { ScanOptions } from "@tenure/host";

/**
 * What a child learns of its lease, and what it and its descendants are known by. The store is part of it: two stores may
 * well have a lease of the same name and epoch, and nobody ends the other's processes.
 */
export function leaseEnvironment({ name, storeId, holderIdentity, epoch, record }: Lease): Record<string, string> {
  return {
    LEASE_NAME: name,
    LEASE_STORE_ID: storeId,
    LEASE_HOLDER_IDENTITY: holderIdentity,
    LEASE_EPOCH: String(epoch),
    LEASE_DURATION_SECONDS: String(record.leaseDurationMs / 1_000),
  };
}

/** Everything started under this term. */
export function startedUnder({ name, storeId, epoch }: Lease): ScanOptions {
  return { matchEnv: { LEASE_NAME: name, LEASE_STORE_ID: storeId, LEASE_EPOCH: String(epoch) } };
}

/** Everything started under an earlier term, of whichever holder. */
export function startedBefore({ name, storeId, epoch }: Lease): ScanOptions {
  const earlier = (text: string): boolean => /^\d+$/u.test(text) && Number(text) < epoch;
  return { matchEnv: { LEASE_NAME: name, LEASE_STORE_ID: storeId, LEASE_EPOCH: earlier } };
}
