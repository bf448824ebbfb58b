import type { ProcessIdentity } from "@tenure/schema";
import { quoteForDisplay } from "@tenure/schema/light";
import { LeaseError } from "../errors.ts";
import type { RenewOptions } from "../lease.ts";
import { decideRenew } from "../protocol/renew.ts";
import { judgeStanding } from "../protocol/standing.ts";
import { deadlineAfter, type ClientContext } from "./context.ts";
import { asError } from "./request.ts";
import { read, swap } from "./swap.ts";
import type { Tenure } from "./tenure.ts";

/** Others may leave marks while a renewal is under way, but not for ever. */
const MOST_TRIES = 4;

export interface RenewalChange extends RenewOptions {
  /** What is written beside the renewal itself. */
  readonly child?: ProcessIdentity | null;
}

/**
 * Renews a term once. Resolves when the record was changed by this renewal or an earlier one of this holder.
 * @throws LeaseLostError when the term was found to be over.
 * @throws LeaseError when this attempt failed or its outcome is unknown, and the term still stands.
 */
export async function renewTerm(context: ClientContext, tenure: Tenure, change: RenewalChange): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    if (tries > 0) change.beforeRetry?.();
    const sent = await send(context, tenure, change);
    if (sent === "renewed") return;
    const found = await lookUp(context, tenure, sent.cause);
    // An earlier renewal that was seen to stand counts, unless this one was to write more.
    if (found === "renewed" && change.child === undefined) return;
    if (found === "unchanged" && sent.outcome === "unknown") throw ambiguous(tenure, sent.cause);
  }
  throw ambiguous(tenure, undefined);
}

type Sent = "renewed" | { readonly outcome: "conflict" | "unknown"; readonly cause: Error | undefined };

async function send(context: ClientContext, tenure: Tenure, change: RenewalChange): Promise<Sent> {
  const { clock, randomToken, identity } = context;
  // Before anything else: whatever the request takes is not added to the validity.
  const sentAt = clock.now();
  const nonce = randomToken();
  const decision = decideRenew(tenure.snapshot, tenure.term, {
    nonce,
    wallTime: clock.wallTime(),
    remainingMs: tenure.remainingMs(sentAt),
    deadline: deadlineAfter(context, sentAt, tenure.record.renewDeadlineMs),
    renewer: identity.renewer,
    child: change.child,
  });
  if (decision.outcome === "lost") throw tenure.lost(decision);
  if (decision.outcome === "refuse") throw tenure.expire();
  tenure.sending(decision, sentAt);
  const result = await swap(context, tenure.snapshot, decision, {
    signal: tenure.signal,
    onLate: (late) => {
      if (late.outcome === "committed") tenure.confirm(late.snapshot, decision.record);
      tenure.answeredLate();
    },
  });
  if (result.outcome === "committed") {
    tenure.confirm(result.snapshot, decision.record);
    tenure.throwIfEnded();
    return "renewed";
  }
  if (result.outcome === "unknown") {
    tenure.failed(asError(result.cause));
    tenure.assertHeld();
    return { outcome: "unknown", cause: asError(result.cause) };
  }
  tenure.notSent(decision);
  if (result.outcome === "conflict") return { outcome: "conflict", cause: undefined };
  tenure.failed(result.cause);
  throw refused(tenure, result.cause);
}

/** What stands in the store after a renewal that did not simply succeed. */
async function lookUp(
  context: ClientContext,
  tenure: Tenure,
  cause: Error | undefined,
): Promise<"renewed" | "changed" | "unchanged"> {
  const onLate = (): void => tenure.answeredLate();
  const found = await read(context, tenure.name, { signal: tenure.signal, onLate }).catch(asError);
  if (found instanceof Error) {
    tenure.failed(found);
    tenure.assertHeld();
    throw ambiguous(tenure, cause ?? found);
  }
  const standing = judgeStanding(found, tenure.term);
  if (standing.outcome === "lost") throw tenure.lost(standing);
  tenure.assertHeld();
  if (tenure.confirm(found, standing.record)) {
    tenure.throwIfEnded();
    return "renewed";
  }
  if (found.revision === tenure.snapshot.revision) return "unchanged";
  tenure.accept(found, standing.record);
  return "changed";
}

/** The store refused the request itself. Where it refuses our epoch, a higher one was issued. */
function refused(tenure: Tenure, cause: Error): Error {
  if ("code" in cause && cause.code === "EEPOCHREGRESSION") {
    tenure.lost({ reason: "epoch-regression", message: cause.message });
  }
  tenure.assertHeld();
  return cause;
}

function ambiguous({ name, holderIdentity, epoch }: Tenure, cause: Error | undefined): LeaseError {
  const why = cause === undefined ? "others keep writing to it" : cause.message;
  return new LeaseError(
    "EAMBIGUOUS",
    `it is unknown whether lease ${quoteForDisplay(name)} (holder ${quoteForDisplay(holderIdentity)}, epoch ${epoch}) was renewed: ${why}. It still stands; renew it again`,
    { name, holderIdentity, epoch },
    cause === undefined ? {} : { cause },
  );
}
