import { LeaseError } from "../errors.ts";
import type { Commit, Refuse, Settled } from "../protocol/decision.ts";
import { publish } from "../publish.ts";
import type { Snapshot } from "../store.ts";
import { factsOf } from "./candidacy.ts";
import type { ClientContext } from "./context.ts";
import { asError } from "./request.ts";
import { read, swap } from "./swap.ts";

const MOST_TRIES = 10;

export type Decide = (snapshot: Snapshot, nonce: string) => Commit | Refuse | Settled;

/**
 * Leaves a mark on a record that somebody else writes to as well: decides anew on what stands until it is written.
 * @throws LeaseError what the decision refused with; `EAMBIGUOUS` when nobody knows whether it was written.
 */
export async function mark(context: ClientContext, name: string, decide: Decide): Promise<void> {
  const unresolved = new Map<string, Commit>();
  let trouble: Error | undefined;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const snapshot = await read(context, name);
    const written = unresolved.get(snapshot.record?.nonce ?? "");
    const nonce = context.randomToken();
    // What is seen may still go with the power, where a disk failed to sync it: it is written again before it counts.
    const decision =
      written === undefined ? decide(snapshot, nonce) : { ...written, record: { ...written.record, nonce } };
    if (decision.outcome === "settled") return;
    if (decision.outcome === "refuse") throw new LeaseError(decision.code, decision.message, factsOf(snapshot));
    const result = await swap(context, snapshot, decision);
    if (result.outcome === "committed") return publish(decision.event);
    if (result.outcome === "failed") throw result.cause;
    if (result.outcome === "conflict") continue;
    unresolved.set(decision.record.nonce, decision);
    trouble = asError(result.cause);
  }
  if (trouble === undefined)
    throw new LeaseError(
      "ESTOREUNAVAILABLE",
      `lease "${name}" was changed by others ${MOST_TRIES} times in a row; nothing was written: try again`,
      { name },
    );
  throw new LeaseError(
    "EAMBIGUOUS",
    `it is unknown whether lease "${name}" was changed: ${trouble.message}. Look at its status before you try again`,
    { name },
    { cause: trouble },
  );
}
