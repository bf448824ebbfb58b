import type { LeaseEvent, LeaseRecord, LossReason, PreferredHolder, ReleaseReason } from "@tenure/schema";
import { SCHEMA_VERSION } from "@tenure/schema/light";
import type { Snapshot } from "../store.ts";
import { refuse, type Commit, type Refuse, type Settled } from "./decision.ts";
import { judgeStanding, type Term } from "./standing.ts";

export interface Release {
  readonly nonce: string;
  readonly wallTime: string;
  readonly reason: ReleaseReason;
  /** Why the holder had stopped leading before. Absent: it leads until now. */
  readonly lossReason?: LossReason;
  /** What the record names as started was this term's, and has ended. Else it stays named: it may have been left by an earlier holder. */
  readonly childEnded?: boolean;
  /** Who is to come first; without it a standing request stays. */
  readonly preferredHolder?: PreferredHolder;
}

/**
 * Legal after the deadline too, and after a revocation: as long as the record is the term's own, nobody has led since.
 */
export function decideRelease(snapshot: Snapshot, term: Term, release: Release): Commit | Settled | Refuse {
  const standing = judgeStanding(snapshot, term);
  if (standing.outcome === "standing") return releaseOf(standing.record, term, release);
  const { record } = snapshot;
  if (record !== null && standing.reason === "revoked") return releaseOf(record, term, release);
  if (standing.reason === "released" || standing.reason === "transferred") return { outcome: "settled" };
  return refuse("ENOTACQUIRED", `nothing to release: ${standing.message}`);
}

/** Of a record that is known to be the term's own. */
export function releaseOf(
  record: LeaseRecord,
  term: Pick<Term, "name" | "epoch" | "holderIdentity">,
  { nonce, wallTime, reason, lossReason, childEnded, preferredHolder }: Release,
): Commit {
  const event: LeaseEvent = {
    type: reason === "transferred" ? "lease.transferred" : "lease.released",
    name: term.name,
    time: wallTime,
    epoch: term.epoch,
    holderIdentity: term.holderIdentity,
    releaseReason: reason,
    ...(lossReason !== undefined && { lossReason }),
  };
  return {
    outcome: "commit",
    record: {
      ...record,
      schemaVersion: SCHEMA_VERSION,
      holderIdentity: null,
      holder: null,
      nonce,
      renewer: null,
      child: childEnded === true ? null : record.child,
      deadline: null,
      releaseTime: wallTime,
      releaseReason: reason,
      preferredHolder: preferredHolder ?? record.preferredHolder,
      revoked: null,
    },
    event,
    durable: true,
  };
}
