import type { JournalEntry, Snapshot } from "@tenure/core";
import type { Beat, FormerHolder } from "@tenure/diagnostics";
import { proveDeath } from "@tenure/host";
import type { LeaseRecord, ProcessIdentity } from "@tenure/schema";
import type { Context } from "../context.ts";

/** More of the past says nothing of how it goes now. */
const BEATS_KEPT = 40;

/** What the journal tells of the present term, and which holders of earlier ones live. */
export async function readTerms(
  { store }: Context,
  { name, record }: Snapshot,
): Promise<{ readonly beats: Beat[]; readonly formerHolders: FormerHolder[] }> {
  if (record === null) return { beats: [], formerHolders: [] };
  const own: LeaseRecord[] = [];
  const former = new Map<string, { readonly record: LeaseRecord; readonly holder: ProcessIdentity }>();
  for await (const { event, record: then } of store.journal(name)) {
    if (then.epoch === record.epoch) {
      if (isBeat(event)) own.push(then);
    } else if (then.holder !== null) former.set(then.holder.instanceId, { record: then, holder: then.holder });
    if (own.length > BEATS_KEPT) own.shift();
  }
  former.delete(record.holder?.instanceId ?? "");
  const sameMachine = store.guarantees.scope !== "network";
  const formerHolders = [...former.values()].flatMap(
    ({ record: { holderIdentity, epoch }, holder }): FormerHolder[] => {
      const { pid, processStartTime } = holder;
      if (holderIdentity === null || pid === null) return [];
      // One process may lead again and again, also as the instance of another program run in it.
      if (pid === record.holder?.pid && processStartTime === record.holder.processStartTime) return [];
      return proveDeath(holder, { sameMachine }).verdict === "alive" ? [{ holderIdentity, epoch, pid }] : [];
    },
  );
  return { beats: beatsOf(own), formerHolders };
}

function isBeat({ type }: JournalEntry["event"]): boolean {
  return type === "lease.acquired" || type === "lease.taken_over" || type === "lease.renewed";
}

/** A deadline is the send time of its renewal plus D, on the clock since boot. */
function beatsOf(records: readonly LeaseRecord[]): Beat[] {
  const boot = records.at(-1)?.deadline?.bootId;
  const byBoottime = boot !== undefined && records.every(({ deadline }) => deadline?.bootId === boot);
  return records.flatMap(({ renewTime, deadline, renewDeadlineMs, renewer, holder }): Beat[] => {
    if (renewTime === null) return [];
    const wallMs = Date.parse(renewTime);
    const sentMs = byBoottime && deadline !== null ? deadline.boottimeMs - renewDeadlineMs : null;
    const writer = renewer ?? holder;
    return [
      {
        time: renewTime,
        atMs: sentMs ?? wallMs,
        clockOffsetMs: sentMs === null ? null : wallMs - sentMs,
        writer: `process ${writer?.pid ?? "unknown"}, instance ${writer?.instanceId ?? "unknown"}`,
      },
    ];
  });
}
