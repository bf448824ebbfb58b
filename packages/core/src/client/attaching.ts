import type { LeaseRecord } from "@tenure/schema";
import { formatDuration, quoteForDisplay } from "@tenure/schema/light";
import type { Instant } from "../clock.ts";
import { LeaseError } from "../errors.ts";
import { factsOf } from "./candidacy.ts";
import type { ClientContext } from "./context.ts";
import { read } from "./swap.ts";
import { Tenure } from "./tenure.ts";

/**
 * Takes up a term that stands in the store, for another command of the same holder: until the deadline that its last renewal
 * recorded, which only means something within one boot and one time namespace.
 */
export async function attachTerm(
  context: ClientContext,
  name: string,
  { holderIdentity, epoch }: { readonly holderIdentity: string; readonly epoch: number },
): Promise<Tenure> {
  const snapshot = await read(context, name);
  const { record } = snapshot;
  const lease = `lease ${quoteForDisplay(name)}`;
  if (record === null || record.holder === null || record.holderIdentity !== holderIdentity || record.epoch !== epoch) {
    const found =
      record === null || record.holderIdentity === null
        ? "nobody"
        : `${quoteForDisplay(record.holderIdentity)} at epoch ${record.epoch}`;
    const message = `${lease} is not held by ${quoteForDisplay(holderIdentity)} at epoch ${epoch}, but by ${found}`;
    throw new LeaseError("ENOTACQUIRED", message, factsOf(snapshot));
  }
  const { instanceId } = record.holder;
  return new Tenure(context, {
    snapshot,
    record,
    holderIdentity,
    instanceId,
    sentAt: renewedAt(context, record, lease),
  });
}

/** When the last renewal was sent, on this process's clocks, as its deadline tells. */
function renewedAt(context: ClientContext, record: LeaseRecord, lease: string): Instant {
  const { bootId, timeNamespace } = context.identity.holder;
  const { deadline, holderIdentity, epoch } = record;
  const facts = { name: record.name, holderIdentity, epoch };
  const of = `${lease} of ${quoteForDisplay(holderIdentity)} at epoch ${epoch}`;
  if (deadline === null || deadline.bootId !== bootId || deadline.timeNamespace !== timeNamespace) {
    throw new LeaseError(
      "ELEASEEXPIRED",
      `${of} was last renewed in another boot or time namespace: acquire it anew`,
      facts,
    );
  }
  const now = context.clock.now();
  const overdueMs = now.boottimeMs - deadline.boottimeMs;
  if (overdueMs >= 0) {
    const since = formatDuration(Math.min(overdueMs, 86_400_000));
    throw new LeaseError("ELEASEEXPIRED", `${of} is ${since} or more past its deadline: acquire it anew`, facts);
  }
  const sinceMs = record.renewDeadlineMs + overdueMs;
  return { ...now, monotonicMs: now.monotonicMs - sinceMs, boottimeMs: now.boottimeMs - sinceMs };
}
