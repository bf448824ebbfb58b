import type { PreferredHolder } from "@tenure/schema";
import { quoteForDisplay, SCHEMA_VERSION } from "@tenure/schema/light";
import type { Snapshot } from "../store.ts";
import { refuse, type Commit, type Refuse, type Settled } from "./decision.ts";

export interface TransferRequest {
  readonly by: string;
  readonly preferredHolder: PreferredHolder;
  readonly nonce: string;
  readonly wallTime: string;
}

/** Asks the holder to stop and give way. It changes nothing about who leads, or until when. */
export function decideTransferRequest(snapshot: Snapshot, request: TransferRequest): Commit | Settled | Refuse {
  const { record } = snapshot;
  const { by, preferredHolder, nonce, wallTime } = request;
  const lease = `lease ${quoteForDisplay(snapshot.name)}`;
  const to = quoteForDisplay(preferredHolder.holderIdentity);
  if (record === null || record.holderIdentity === null) {
    return refuse("ENOTACQUIRED", `nobody holds ${lease}: nothing to transfer; ${to} may acquire it`);
  }
  if (record.holderIdentity === preferredHolder.holderIdentity) {
    return refuse("EUSAGE", `${to} holds ${lease} already, at epoch ${record.epoch}`);
  }
  // Asking again would only make those who wait for a dead holder wait anew.
  if (
    record.preferredHolder?.holderIdentity === preferredHolder.holderIdentity &&
    record.preferredHolder.expiresAfterMs === preferredHolder.expiresAfterMs
  ) {
    return { outcome: "settled" };
  }
  return {
    outcome: "commit",
    record: { ...record, schemaVersion: SCHEMA_VERSION, nonce, preferredHolder },
    event: {
      type: "lease.transfer_requested",
      name: snapshot.name,
      time: wallTime,
      epoch: record.epoch,
      holderIdentity: record.holderIdentity,
      by,
      remark: `to ${preferredHolder.holderIdentity}`,
    },
    durable: true,
  };
}
