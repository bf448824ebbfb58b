import { quoteForDisplay, SCHEMA_VERSION } from "@tenure/schema/light";
import type { Snapshot } from "../store.ts";
import { refuse, type Commit, type Refuse, type Settled } from "./decision.ts";

export interface RevocationOrder {
  readonly by: string;
  readonly reason: string;
  readonly nonce: string;
  readonly wallTime: string;
}

/**
 * Takes the lease from its holder, who can no longer renew it. The holder stays in the record, since it may not know yet:
 * takers wait for its release, its proved death, or the lease duration from here on.
 */
export function decideRevoke(snapshot: Snapshot, order: RevocationOrder): Commit | Settled | Refuse {
  const { record } = snapshot;
  if (record === null || record.holderIdentity === null) {
    return refuse("ENOTACQUIRED", `nobody holds lease ${quoteForDisplay(snapshot.name)}: nothing to revoke`);
  }
  if (record.revoked !== null) return { outcome: "settled" };
  const { by, reason, nonce, wallTime } = order;
  return {
    outcome: "commit",
    record: { ...record, schemaVersion: SCHEMA_VERSION, nonce, revoked: { by, reason, time: wallTime } },
    event: {
      type: "lease.revoked",
      name: snapshot.name,
      time: wallTime,
      epoch: record.epoch,
      holderIdentity: record.holderIdentity,
      by,
      remark: reason,
    },
    durable: true,
  };
}
