import type { LeaseRecord, Timing } from "@tenure/schema";
import { formatDuration, quoteForDisplay } from "@tenure/schema/light";
import type { AttachOptions } from "../client.ts";
import type { Instant } from "../clock.ts";
import { LeaseError } from "../errors.ts";
import { assertSafeTiming } from "../timing/prove.ts";
import { resolveTiming } from "../timing/resolve.ts";
import { factsOf } from "./candidacy.ts";
import type { ClientContext } from "./context.ts";
import { read } from "./swap.ts";
import { Tenure } from "./tenure.ts";
import { assertEpoch, assertIdentity } from "./usage.ts";

/**
 * Takes up a term that stands in the store, for another command of the same holder: until the deadline that its last renewal
 * recorded, which only means something within one boot and one time namespace.
 */
export async function attachTerm(
  context: ClientContext,
  name: string,
  { holderIdentity, epoch }: { readonly holderIdentity: string; readonly epoch: number },
  { overdue = false }: AttachOptions = {},
): Promise<Tenure> {
  assertIdentity(holderIdentity);
  assertEpoch("epoch", epoch);
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
  const sentAt = renewedAt(context, record, overdue ? () => overdueSince(context, record) : refuseOverdue(record));
  return new Tenure(context, {
    snapshot,
    record,
    holderIdentity,
    instanceId,
    sentAt,
    timing: timingOf(context, record),
  });
}

/** The term's own durations stand in its record; how often to renew within them is this client's affair. */
function timingOf({ settings }: ClientContext, { leaseDurationMs, renewDeadlineMs, lockDelayMs }: LeaseRecord): Timing {
  const timing = resolveTiming({ ...settings, leaseDurationMs, renewDeadlineMs, lockDelayMs });
  assertSafeTiming(timing);
  return timing;
}

/** So long ago that nothing is left. */
function overdueSince({ clock }: ClientContext, { renewDeadlineMs }: LeaseRecord): Instant {
  const now = clock.now();
  return { ...now, monotonicMs: now.monotonicMs - renewDeadlineMs, boottimeMs: now.boottimeMs - renewDeadlineMs };
}

function refuseOverdue({ name, holderIdentity, epoch }: LeaseRecord): (why: string) => never {
  return (why) => {
    const lease = `lease ${quoteForDisplay(name)} of ${quoteForDisplay(holderIdentity)} at epoch ${epoch}`;
    throw new LeaseError("ELEASEEXPIRED", `${lease} ${why}: acquire it anew`, { name, holderIdentity, epoch });
  };
}

/** When the last renewal was sent, on this process's clocks, as its deadline tells. */
function renewedAt(context: ClientContext, record: LeaseRecord, whenOverdue: (why: string) => Instant): Instant {
  const { bootId, timeNamespace } = context.identity.holder;
  const { deadline } = record;
  if (deadline === null || deadline.bootId !== bootId || deadline.timeNamespace !== timeNamespace) {
    return whenOverdue("was last renewed in another boot or time namespace");
  }
  const now = context.clock.now();
  const overdueMs = now.boottimeMs - deadline.boottimeMs;
  if (overdueMs >= 0) {
    return whenOverdue(`is ${formatDuration(Math.min(overdueMs, 86_400_000))} or more past its deadline`);
  }
  const sinceMs = record.renewDeadlineMs + overdueMs;
  // A container may have a clock of its own under the kernel's name.
  if (sinceMs < 0) return whenOverdue("has a deadline further off than it can be: it was renewed by another clock");
  return { ...now, monotonicMs: now.monotonicMs - sinceMs, boottimeMs: now.boottimeMs - sinceMs };
}
