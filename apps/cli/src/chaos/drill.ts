import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { LeaseError, type LeaseStore, type Viewpoint } from "@tenure/core";
import { signalProcess } from "@tenure/host";
import type { DrillDocument, TermEnd } from "@tenure/schema";
import { Sightings, type Sighting } from "./sightings.ts";
import { targetOf, type Fault, type Target } from "./target.ts";

export interface Drill {
  readonly name: string;
  readonly fault: Fault;
  /** How long a process stands still; of a kill: how long a successor is waited for, if not as long as the bound. */
  readonly forMs: number | null;
  readonly onFault: (target: Target) => void;
}

/** What reaching this process by the store's news may take, on top of the bound. */
export const SLACK_MS = 500;
/** A store that does not answer must not keep a process stopped. */
const LOOK_MS = 1_000;

/** From where a lease is looked at, and the store that is asked. */
export type Scene = Omit<Viewpoint, "store"> & { readonly store: LeaseStore };

/** Does one fault to the process that holds a lease, and sees what follows. A process that was stopped goes on again, whatever happens here. */
export async function perform(scene: Scene, drill: Drill, signal: AbortSignal): Promise<DrillDocument> {
  const { store } = scene;
  const { name, fault, forMs, onFault } = drill;
  const over = new AbortController();
  try {
    const sightings = new Sightings(store, name, AbortSignal.any([signal, over.signal]));
    await sightings.first(() => true, 60_000, signal);
    const snapshot = await store.read(name);
    // Looked at last of all, so that nobody else has come to lead meanwhile.
    const target = targetOf(snapshot, fault, scene);
    const { epoch, holderIdentity } = target.record;
    onFault(target);
    const atMs = performance.now();
    signalTo(target, fault === "kill" ? "SIGKILL" : "SIGSTOP");
    const isNext = ({ record }: Sighting): boolean =>
      isHeld(record) && (record.epoch > epoch || isAnother(record, target));
    let kept = false;
    let next: Sighting | null = null;
    if (fault === "kill") {
      next = await sightings.first(isNext, forMs ?? target.boundMs + SLACK_MS, signal);
    } else {
      const inTime = AbortSignal.any([signal, AbortSignal.timeout(Number(forMs) + LOOK_MS)]);
      const look = async (): Promise<Sighting["record"]> => (await store.read(name, { signal: inTime })).record;
      const asleep = await standStill(target, Number(forMs), signal, async () =>
        look().catch(() => sightings.all.at(-1)?.record ?? null),
      );
      const wokeMs = performance.now();
      // What is seen now may have been written before it stood still.
      const renewals = asleep?.renewals ?? 0;
      const goesOn = ({ atMs: seenMs, record }: Sighting): boolean =>
        seenMs > wokeMs && isHeld(record) && record.epoch === epoch && record.renewals > renewals;
      const seen = await sightings.first((each) => isNext(each) || goesOn(each), target.boundMs + SLACK_MS, signal);
      if (seen !== null && isNext(seen)) next = seen;
      else kept = seen !== null;
    }
    const gapMs = next === null ? null : next.atMs - atMs;
    return {
      name,
      fault,
      pid: target.process.pid,
      forMs: fault === "kill" ? null : forMs,
      before: { epoch, holderIdentity },
      after: next?.record?.holderIdentity
        ? { epoch: next.record.epoch, holderIdentity: next.record.holderIdentity }
        : null,
      how: next === null ? null : await howItEnded(store, name, epoch),
      gapMs,
      boundMs: target.boundMs,
      verdict: verdictOn(sightings.all, target, { kept, gapMs }),
    };
  } finally {
    over.abort();
  }
}

/** @returns What there is to see right before it goes on. */
async function standStill<T>(target: Target, forMs: number, signal: AbortSignal, look: () => Promise<T>): Promise<T> {
  try {
    await sleep(forMs, undefined, { signal });
    return await look();
  } catch (error) {
    if (!signal.aborted) throw error;
    throw signal.reason;
  } finally {
    // It may have been ended meanwhile, by its watchdog or by a successor.
    signalProcess(target.process, "SIGCONT");
  }
}

/** Read again right before, by host: the record is data, not authority. */
function signalTo({ process, what, record }: Target, signal: "SIGKILL" | "SIGSTOP"): void {
  const { outcome, evidence } = signalProcess(process, signal);
  if (outcome === "sent") return;
  const { name, holderIdentity, epoch } = record;
  throw new LeaseError("EPERMISSION", `${what} is not signalled from here: ${evidence}`, {
    name,
    holderIdentity,
    epoch,
  });
}

/** A holder that gave its term back has left the epoch as it was. */
function isHeld(record: Sighting["record"]): record is NonNullable<Sighting["record"]> {
  return record !== null && record.holderIdentity !== null;
}

function isAnother({ epoch, holder }: NonNullable<Sighting["record"]>, { record: before }: Target): boolean {
  return epoch === before.epoch && holder?.instanceId !== before.holder?.instanceId;
}

function verdictOn(
  all: readonly Sighting[],
  target: Target,
  { kept, gapMs }: { readonly kept: boolean; readonly gapMs: number | null },
): DrillDocument["verdict"] {
  let highest = 0;
  for (const { record } of all) {
    if (record === null) continue;
    if (record.epoch < highest || (isHeld(record) && isAnother(record, target))) return "broken";
    highest = Math.max(highest, record.epoch);
  }
  if (kept) return "kept";
  if (gapMs === null) return "nobody";
  return gapMs <= target.boundMs + SLACK_MS ? "succeeded" : "late";
}

/** As the successor wrote it down. */
async function howItEnded(store: LeaseStore, name: string, epoch: number): Promise<TermEnd | null> {
  for await (const { event } of store.journal(name)) if (event.ended?.epoch === epoch) return event.ended.how;
  return null;
}
