import { isDeepStrictEqual } from "node:util";
import { isOwnWrite, type Adoption, type ForeignLease, type ForeignWritePolicy } from "@tenure/adoption";
import { LeaseError, type LeaseClient } from "@tenure/core";
import { shellWord } from "@tenure/diagnostics";
import type { Context } from "../context.ts";
import { usageError } from "../failure.ts";
import { assertNoOtherLease, assertSameStore } from "./adopted-as.ts";
import { readAdoption, removeAdoption, writeAdoption, type AdoptionRecord } from "./adoption-file.ts";
import { leaseIn, readText, stillAs } from "./foreign-file.ts";
import { ADOPTION_PAUSE } from "./kept-store.ts";
import { replaceFile, sweepDrafts } from "./replace-file.ts";
import { waitOut } from "./waiting-out.ts";

export interface OwnOrder {
  readonly path: string;
  readonly name: string;
  readonly adoption: Adoption;
  readonly onForeignWrite: ForeignWritePolicy | undefined;
  readonly signal: AbortSignal;
  readonly timeoutMs: number | undefined;
  readonly onWait: (lease: ForeignLease) => void;
  /** Its turn is waited for from now on. */
  readonly onClaim: (client: LeaseClient) => void;
}

export interface Owned {
  /** Above it lies every epoch from now on. */
  readonly epoch: number;
  readonly policy: ForeignWritePolicy;
  /** It was adopted before, and its file says what tenure wrote. */
  readonly already: boolean;
}

/**
 * Takes a file over: waits its holder out, remembers the adoption, and leads for a moment, so that the file and the store are above all
 * epochs that were seen. Killed anywhere it leaves a file that is whole, and is simply done again.
 */
export async function own(context: Context, order: OwnOrder): Promise<Owned> {
  const { path, name, adoption } = order;
  const { store, memoryDirectory, clientFor, host } = context;
  const before = readAdoption(memoryDirectory, name);
  assertSame(before, order);
  if (before !== null) assertSameStore(before, memoryDirectory, name, store);
  assertNoOtherLease(memoryDirectory, name, path);
  const { text, stat } = readText(path);
  if (stat.nlink > 1n)
    throw new LeaseError(
      "ECONFIG",
      `${path} has ${stat.nlink} names (hard links), and only one of them could be kept in step`,
    );
  sweepDrafts(path);
  // Before anything depends on it: whether this user may put a file in its place, shown by putting the same one there.
  replaceFile(path, text, { durable: false, still: stillAs(path, stat) });
  const policy = order.onForeignWrite ?? before?.onForeignWrite ?? "repair";
  const client = clientFor();
  if (before !== null && (await isOwnWrite(store, name, leaseIn(path, text, adoption)))) {
    if (policy !== before.onForeignWrite) writeAdoption(memoryDirectory, name, { ...before, onForeignWrite: policy });
    await liftPause(client, name);
    // One that was killed while it took the file over leads no more, and the file is not to say so.
    const { holderIdentity, paused } = await client.status(name);
    if (holderIdentity !== null && paused === null) await (await client.tryAcquire(name))?.release("completed");
    await context.kept.bringIntoStep(name);
    return { epoch: (await client.status(name)).epoch, policy, already: true };
  }
  const { signal, timeoutMs, onWait, onClaim } = order;
  const found = await waitOut({ path, adoption, clock: host.clock, signal, timeoutMs, onWait });
  // What is handed back is the file as it was before any of it.
  const original = before?.original ?? found.text;
  const { storeId } = store;
  const record = { file: path, storeId, adoption, onForeignWrite: policy, seen: found.lease, original };
  remember(memoryDirectory, name, record, before);
  await liftPause(client, name);
  onClaim(client);
  const lease = await client.acquire(name, { aboveEpoch: found.highestEpoch, signal, timeoutMs });
  await lease.release("completed");
  await context.kept.settled();
  return { epoch: lease.epoch, policy, already: false };
}

/** Of two that adopt one file at once, under different names, at most one goes on: each looks for the other after it has written. */
function remember(directory: string, name: string, record: AdoptionRecord, before: AdoptionRecord | null): void {
  assertNoOtherLease(directory, name, record.file);
  writeAdoption(directory, name, record);
  try {
    assertNoOtherLease(directory, name, record.file);
  } catch (error) {
    if (before === null) removeAdoption(directory, name);
    else writeAdoption(directory, name, before);
    throw error;
  }
}

function assertSame(before: AdoptionRecord | null, { name, path, adoption }: OwnOrder): void {
  if (before === null) return;
  if (before.file !== path)
    throw usageError(
      `lease "${name}" is adopted from ${before.file}, not from ${path}: --name gives this file another lease, and tenure adopt ${shellWord(before.file)} --undo --name ${name} hands that one back`,
    );
  if (!isDeepStrictEqual(before.adoption, adoption))
    throw usageError(
      `${path} is adopted with other fields; hand it back first: tenure adopt ${shellWord(path)} --undo --name ${name}`,
    );
}

/** One that adoption asked for; an operator's own stays. */
export async function liftPause(client: LeaseClient, name: string): Promise<void> {
  const { paused } = await client.status(name);
  if (paused?.reason.startsWith(ADOPTION_PAUSE)) await client.resume(name);
}
