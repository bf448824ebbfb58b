import type { LossReason, PreferredHolder, ReleaseReason } from "@tenure/schema";
import { quoteForDisplay } from "@tenure/schema/light";
import { LeaseError } from "../errors.ts";
import { decideRelease } from "../protocol/release.ts";
import { publish } from "../publish.ts";
import type { ClientContext } from "./context.ts";
import { asError, isFatal, pause } from "./request.ts";
import { read, swap } from "./swap.ts";
import type { Tenure } from "./tenure.ts";

const MOST_TRIES = 4;
const BACK_OFF_MS = 50;

export interface ReleaseOrder {
  readonly reason: ReleaseReason;
  readonly lossReason?: LossReason;
  readonly childEnded?: boolean;
  readonly preferredHolder?: PreferredHolder;
}

/**
 * Writes the release of a term, on top of whatever this holder wrote before, known or not. Resolves when the record is free,
 * or nobody's concern of ours any more.
 * @throws LeaseError when it could not be written; the lease then ends by its duration.
 */
export async function releaseTerm(context: ClientContext, tenure: Tenure, order: ReleaseOrder): Promise<void> {
  const { clock, randomToken } = context;
  let trouble: Error | undefined;
  let maybeFreed = false;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    if (trouble !== undefined) await pause(clock, BACK_OFF_MS * tries);
    const release = { ...order, nonce: randomToken(), wallTime: clock.wallTime() };
    const decision = decideRelease(tenure.snapshot, tenure.term, release);
    if (decision.outcome === "settled") return;
    if (decision.outcome === "refuse") {
      // Whoever waited for it may have been quicker than the answer.
      if (maybeFreed) return;
      throw new LeaseError(decision.code, decision.message, tenure.facts);
    }
    const result = await swap(context, tenure.snapshot, decision);
    if (result.outcome === "committed") return publish(decision.event);
    maybeFreed ||= result.outcome === "unknown";
    trouble = result.outcome === "conflict" ? undefined : asError(result.cause);
    if (isFatal(trouble)) break;
    try {
      tenure.found(await read(context, tenure.name));
    } catch (error) {
      trouble = asError(error);
    }
  }
  const message = `lease "${tenure.name}" (holder ${quoteForDisplay(tenure.holderIdentity)}, epoch ${tenure.epoch}) could not be released; it ends by its lease duration`;
  throw new LeaseError(
    codeOf(trouble),
    trouble === undefined ? message : `${message}: ${trouble.message}`,
    tenure.facts,
    trouble === undefined ? {} : { cause: trouble },
  );
}

function codeOf(trouble: Error | undefined): LeaseError["code"] {
  return trouble instanceof LeaseError ? trouble.code : "EAMBIGUOUS";
}
