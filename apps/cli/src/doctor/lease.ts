import { proveTiming, resolveTiming, type Snapshot } from "@tenure/core";
import type { Examined } from "@tenure/diagnostics";
import { proveDeath } from "@tenure/host";
import { FileStore } from "@tenure/store-file";
import { RunLedger } from "@tenure/watchdog";
import type { Context } from "../context.ts";
import { restartPolicyOf } from "../settings/restart-policy.ts";
import { defaultDirectory, timingOf } from "../settings/settings.ts";
import { readStatus } from "../status/read.ts";
import { faultyFiles } from "./files.ts";
import { readTerms } from "./journal.ts";
import { examineProcess } from "./process.ts";
import { watchTerm } from "./watch-term.ts";

const LOOKS = 3;

/** Finds out all that can be about one lease, and changes nothing. @throws LeaseError what the store has to say. */
export async function examineLease(
  context: Context,
  name: string,
  place: string,
  signal: AbortSignal,
  looks: number = LOOKS,
): Promise<Examined> {
  const { store, settings } = context;
  const { values } = settings;
  const before = await store.read(name, { signal });
  // Whoever dies while it is watched has not been dead before its last renewal.
  let processes = processesOf(context, before);
  let watch = await watchTerm(context, before, signal);
  const client = context.clientFor();
  const snapshot = await store.read(name, { signal });
  if (termIn(snapshot) !== termIn(before)) {
    // Another leads now, or nobody, and that is what is to be examined; where leaders come and go, without being watched.
    if (looks > 1) return await examineLease(context, name, place, signal, looks - 1);
    watch = null;
    processes = processesOf(context, snapshot);
  }
  const { remainingMs, ageMs } = await client.status(name);
  const { beats, formerHolders } = await readTerms(context, snapshot);
  return {
    name,
    place,
    names: snapshot.record === null ? await store.list() : [name],
    record: snapshot.record,
    epochFloor: snapshot.epochFloor,
    remainingMs,
    ageMs,
    watch,
    beats,
    processes,
    formerHolders,
    namesake: namesakeOf(store.storeId, name),
    files: values.store === undefined ? faultyFiles(values.directory, name) : [],
    journalProblems: store instanceof FileStore ? (await store.verify(name)).problems : null,
    restarts: restartsOf(context, name),
    timingFaults: timingFaultsOf(context, snapshot),
  };
}

function termIn({ record }: Snapshot): string | null {
  return record === null || record.holder === null ? null : `${record.epoch} ${record.holder.instanceId}`;
}

function processesOf({ store }: Context, { record }: Snapshot): Examined["processes"] {
  if (record === null || record.holderIdentity === null) return [];
  const sameMachine = store.guarantees.scope !== "network";
  return (["holder", "renewer", "child"] as const).flatMap((role) => {
    const process = record[role];
    return process === null ? [] : [examineProcess(role, process, proveDeath(process, { sameMachine }))];
  });
}

/** In the default folder, where whoever was not told of this store looks. */
function namesakeOf(ownId: string, name: string): Examined["namesake"] {
  const place = defaultDirectory(process.env);
  try {
    const { storeId, leases } = readStatus({ directory: place }, [name]);
    const holderIdentity = leases[0]?.holderIdentity ?? null;
    if (storeId === null || storeId === ownId || holderIdentity === null) return null;
    return { place, storeId, holderIdentity };
  } catch {
    // What is wrong with a store that nobody asked about is none of this lease's affairs.
    return null;
  }
}

function restartsOf({ settings, memoryDirectory, host }: Context, name: string): Examined["restarts"] {
  const { burst, windowMs } = restartPolicyOf(settings.values);
  const runs = new RunLedger({ directory: memoryDirectory, name }).read();
  if (runs.length === 0) return null;
  const nowMs = host.clock.now().boottimeMs;
  const counted = runs.filter(
    ({ trigger, bootId, startedBoottimeMs }) =>
      (trigger === "restarted" || trigger === "probe") &&
      bootId === host.identity.holder.bootId &&
      nowMs - startedBoottimeMs < windowMs,
  );
  return { count: counted.length, burst, windowMs };
}

/** The record has only L and D; what a holder's flags said of the stop timeout nobody knows, so none is asked of it. */
function timingFaultsOf({ settings }: Context, { record }: Snapshot): string[] {
  if (record === null || record.holderIdentity === null) return [];
  const { leaseDurationMs, renewDeadlineMs } = record;
  const { stopTimeoutMs = 0, ...configured } = timingOf(settings.values);
  const timing = resolveTiming({ ...configured, stopTimeoutMs, leaseDurationMs, renewDeadlineMs });
  return proveTiming(timing).flatMap(({ rule, holds, explanation }) =>
    rule === "SAFETY" && !holds ? [`${rule} fails: ${explanation}`] : [],
  );
}
