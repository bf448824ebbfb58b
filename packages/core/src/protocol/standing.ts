import type { LeaseRecord } from "@tenure/schema";
import { quoteForDisplay } from "@tenure/schema/light";
import type { Snapshot } from "../store.ts";
import type { Lost } from "./decision.ts";

/** What a holder knows of its own term. */
export interface Term {
  readonly name: string;
  readonly holderIdentity: string;
  readonly instanceId: string;
  readonly epoch: number;
  /** Every nonce this process wrote, or may have written: outcomes that are still unknown count. */
  readonly nonces: ReadonlySet<string>;
  /** The highest count of renewals this process wrote, or may have written. */
  readonly renewals: number;
}

/** The record is the term's own. `marked`: another left a request on it, and nothing of the holder's changed. */
export interface Standing {
  readonly outcome: "standing";
  readonly marked: boolean;
  readonly record: LeaseRecord;
}

/** Does what stands in the store still say that this term's holder leads? */
export function judgeStanding({ record }: Pick<Snapshot, "record">, term: Term): Standing | Lost {
  const ours = `${quoteForDisplay(term.holderIdentity)} at epoch ${term.epoch}`;
  const lease = `lease ${quoteForDisplay(term.name)} of ${ours}`;
  if (record === null) return lost("state-corrupt", `the record of ${lease} is gone`);
  const found = `${quoteForDisplay(record.holderIdentity)} at epoch ${record.epoch}`;
  if (record.epoch > term.epoch) return lost("taken-over", `${lease} was taken over: it is now held by ${found}`);
  if (record.epoch < term.epoch) {
    return lost("epoch-regression", `${lease} went back: an older copy, ${found}, stands in the store`);
  }
  if (record.holderIdentity === null) {
    const reason = record.releaseReason === "transferred" ? "transferred" : "released";
    return lost(reason, `${lease} was released (${record.releaseReason ?? "no reason given"})`);
  }
  const own = term.nonces.has(record.nonce);
  if (!own && (record.holderIdentity !== term.holderIdentity || record.holder?.instanceId !== term.instanceId)) {
    return lost("identity-collision", `${lease} is also held by another process, ${found}`);
  }
  // Also under a nonce that counts as its own: a one-shot command may have taken the term up after it was revoked.
  if (record.revoked !== null) {
    const { by, reason } = record.revoked;
    return lost("revoked", `${lease} was revoked by ${quoteForDisplay(by)}: ${quoteForDisplay(reason)}`);
  }
  if (own) return { outcome: "standing", marked: false, record };
  if (record.renewals > term.renewals) {
    return lost("identity-collision", `${lease} was renewed by another process under the same identity`);
  }
  return { outcome: "standing", marked: true, record };
}

function lost(reason: Lost["reason"], message: string): Lost {
  return { outcome: "lost", reason, message };
}
