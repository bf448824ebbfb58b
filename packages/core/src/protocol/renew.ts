import type { Deadline, ProcessIdentity } from "@tenure/schema";
import { quoteForDisplay, SCHEMA_VERSION } from "@tenure/schema/light";
import type { Snapshot } from "../store.ts";
import { increment, refuse, type Commit, type Lost, type Refuse } from "./decision.ts";
import { judgeStanding, type Term } from "./standing.ts";

export interface Renewal {
  readonly nonce: string;
  readonly wallTime: string;
  /** What is left of the term by the holder's clocks. A term that is over is never extended. */
  readonly remainingMs: number;
  readonly deadline: Deadline | null;
  /** Who beats; `undefined` leaves it as it is. */
  readonly renewer?: ProcessIdentity | undefined;
  /** What the holder started, made durable; `undefined` leaves it as it is. */
  readonly child?: ProcessIdentity | null | undefined;
}

export function decideRenew(snapshot: Snapshot, term: Term, renewal: Renewal): Commit | Lost | Refuse {
  if (renewal.remainingMs <= 0) {
    return refuse(
      "ELEASEEXPIRED",
      `lease ${quoteForDisplay(term.name)} of ${quoteForDisplay(term.holderIdentity)} at epoch ${term.epoch} is past its deadline and is not renewed; acquire it anew`,
    );
  }
  const standing = judgeStanding(snapshot, term);
  if (standing.outcome === "lost") return standing;
  const { record } = standing;
  return {
    outcome: "commit",
    record: {
      ...record,
      schemaVersion: SCHEMA_VERSION,
      nonce: renewal.nonce,
      renewer: renewal.renewer ?? record.renewer,
      child: renewal.child === undefined ? record.child : renewal.child,
      renewTime: renewal.wallTime,
      renewals: increment(record.renewals),
      deadline: renewal.deadline,
    },
    event: {
      type: "lease.renewed",
      name: term.name,
      time: renewal.wallTime,
      epoch: term.epoch,
      holderIdentity: term.holderIdentity,
    },
    durable: renewal.child !== undefined,
  };
}
