import type { LeaseStore } from "@tenure/core";
import type { LeaseRecord } from "@tenure/schema";
import { isSame, type ForeignLease } from "../read.ts";

/** What the file of an adopted lease says when it is in step with the record. */
export function leaseInFile(record: LeaseRecord): ForeignLease {
  const { holderIdentity, epoch, renewTime, leaseDurationMs } = record;
  return {
    holderIdentity,
    epoch,
    lastHeartbeatMs: renewTime === null ? null : Date.parse(renewTime),
    leaseDurationMs,
  };
}

/** Whether a record of the lease, present or past, says what stands in the file: then tenure wrote it there, or a copy of it came back. */
export async function isOwnWrite(store: LeaseStore, name: string, lease: ForeignLease): Promise<boolean> {
  const { record } = await store.read(name);
  if (record !== null && isSame(leaseInFile(record), lease)) return true;
  for await (const { record: then } of store.journal(name)) if (isSame(leaseInFile(then), lease)) return true;
  return false;
}
