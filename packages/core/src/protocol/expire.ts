import type { LeaseRecord, TermEnd } from "@tenure/schema";
import { quoteForDisplay } from "@tenure/schema/light";
import type { Snapshot } from "../store.ts";
import { refuse, type Refuse, type Wait } from "./decision.ts";

/** What one candidate has observed, by its own clocks. Nothing in it comes from a stamp in a record. */
export interface Evidence {
  /** How long at least the very same revision and nonce (or absence of a record) has stood. */
  readonly unchangedMs: number;
  /** How long at least the same pause, and the same preference, have stood; renewals do not start these anew. */
  readonly pausedMs: number;
  readonly preferredMs: number;
  /** Proof that the recorded holder is dead, and how long ago it was found. */
  readonly death: Death | null;
}

export interface Death {
  readonly evidence: string;
  readonly provedMs: number;
  /** When it was found, by the wall clock; `null` where the candidate never saw the holder alive, and cannot know. */
  readonly time: string | null;
}

/** The term is over, and how that is known. */
export interface Over {
  readonly outcome: "over";
  readonly how: TermEnd;
  readonly death?: Death;
}

/**
 * May a taker start? A floor above the record says only which epochs are used up: intended by one who was killed before it could
 * publish them, or reserved before a reboot. A record that is older than what was published is none; its store says so.
 */
export function decideExpire(snapshot: Snapshot, evidence: Evidence): Over | Wait | Refuse {
  const { record, epochFloor } = snapshot;
  if (Math.max(record?.epoch ?? 0, epochFloor) >= Number.MAX_SAFE_INTEGER) {
    return refuse(
      "ESTATECORRUPT",
      `lease ${quoteForDisplay(snapshot.name)} has used up its epochs: its state was tampered with`,
    );
  }
  if (record === null) return decideWithoutRecord(snapshot, evidence);
  if (record.holderIdentity === null) return { outcome: "over", how: howFreed(record) };
  return decideHeld(record, evidence);
}

function decideWithoutRecord(snapshot: Snapshot, evidence: Evidence): Over | Wait {
  if (snapshot.epochFloor === 0) return { outcome: "over", how: "vacant" };
  const forMs = snapshot.floorWaitMs - evidence.unchangedMs;
  if (forMs > 0) return { outcome: "wait", forMs, reason: "record-lost" };
  return { outcome: "over", how: "record-lost" };
}

function howFreed(record: LeaseRecord): TermEnd {
  if (record.epoch === 0) return "vacant";
  return record.releaseReason === "transferred" ? "transferred" : "released";
}

function decideHeld(record: LeaseRecord, { unchangedMs, death }: Evidence): Over | Wait {
  const expiresInMs = record.leaseDurationMs + record.lockDelayMs - unchangedMs;
  if (expiresInMs <= 0) return { outcome: "over", how: "expired" };
  // Without a process behind it nothing can be proved, whatever a prover says.
  if (death === null || record.holder === null || record.holder.pid === null) {
    return { outcome: "wait", forMs: expiresInMs, reason: "held" };
  }
  const delayedMs = record.lockDelayMs - death.provedMs;
  if (delayedMs > 0) return { outcome: "wait", forMs: Math.min(delayedMs, expiresInMs), reason: "lock-delay" };
  return { outcome: "over", how: "holder-dead", death };
}
