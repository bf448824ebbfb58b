import type { EvidenceKind, EvidenceLine } from "@tenure/schema";
import { readLeaseEvent } from "@tenure/schema/light";
import { lineOf, type Evidence, type Facts } from "../evidence.ts";
import { timeIn } from "../log-line.ts";

/** What a holder's own reason says went wrong; another reason says itself, and no rule asks for it. */
const troubles: Readonly<Record<string, readonly [kind: EvidenceKind, label?: string]>> = {
  "event-loop-stall": ["loop-stalled"],
  suspended: ["suspended"],
  "store-unreachable": ["store-trouble", "unreachable"],
  "store-slow": ["store-trouble", "slow"],
  "permission-denied": ["permission-denied"],
};

/** The only field that no other event has. */
export const LOSS_FIELD = "lossReason";

/** An event of tenure that was written to a log by whoever listens: why a holder no longer leads, which a journal knows only of who releases afterwards. `null` for any other. */
export function holderEvent(value: object, place: EvidenceLine): Evidence[] | null {
  return "type" in value && value.type === "lease.lost" ? lossIn(value, place) : null;
}

/** What an event says of its holder's loss; a release that came after one says it too. `null` for an event of anything else. */
export function lossIn(value: object, place: EvidenceLine): Evidence[] | null {
  const { [LOSS_FIELD]: reason } = value as Record<string, unknown>;
  if (typeof reason !== "string") return null;
  try {
    const { name, time, epoch, holderIdentity } = readLeaseEvent(value);
    const at = timeIn(time) ?? Number.NEGATIVE_INFINITY;
    const facts: Facts = { lease: name, epoch, ...(holderIdentity !== null && { holder: holderIdentity }) };
    const about = { ...lineOf(place), at, dated: true };
    const [kind, label] = troubles[reason] ?? [];
    return [
      { ...about, kind: "lost", facts },
      ...(kind === undefined ? [] : [{ ...about, kind, facts: { ...facts, ...(label !== undefined && { label }) } }]),
    ];
  } catch {
    // What only looks like one is read as any other line.
    return null;
  }
}
