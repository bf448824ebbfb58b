import { isDeepStrictEqual } from "node:util";
import { editForeignLease, isOwnWrite, readForeignLease } from "@tenure/adoption";
import { createLeaseClient, endsByItself, type LeaseClient } from "@tenure/core";
import { DURATION_MAX_MS } from "@tenure/schema/light";
import type { Context } from "../context.ts";
import { usageError } from "../failure.ts";
import { timingOf } from "../settings/settings.ts";
import { assertSameStore } from "./adopted-as.ts";
import { readAdoption, removeAdoption, type AdoptionRecord } from "./adoption-file.ts";
import { isMissing, leaseIn, readText, stillAs, type ReadFile } from "./foreign-file.ts";
import { adoptionPause, pauseOfNone } from "./kept-store.ts";
import { liftPause } from "./own.ts";
import { replaceFile, sweepDrafts } from "./replace-file.ts";

export interface UndoOrder {
  readonly name: string;
  readonly signal: AbortSignal;
  readonly timeoutMs: number | undefined;
  /** Whoever leads is waited for from now on. */
  readonly onClaim: (client: LeaseClient) => void;
}

export interface HandedBack {
  /**
   * `free`: nobody leads by the file. `foreign`: another program has taken it already, and nothing of it was touched. `gone`: there is no
   * file any more, and none was made.
   */
  readonly how: "free" | "foreign" | "gone";
  readonly file: string;
  readonly epoch: number;
  /** The lease had been kept from being led before, without end, as one is that was moved away. */
  readonly barred: boolean;
}

const MOST_TRIES = 10;

/**
 * Hands a file back: waits until nobody leads, keeps everybody from leading by tenure, and leaves the file free for the mechanism it
 * comes from, at the highest epoch there was. Killed anywhere it is simply done again.
 * `null`: it is not adopted.
 */
export async function undo(
  context: Context,
  { name, signal, timeoutMs, onClaim }: UndoOrder,
): Promise<HandedBack | null> {
  const { store, memoryDirectory, host, settings } = context;
  const record = readAdoption(memoryDirectory, name);
  if (record === null) return null;
  assertSameStore(record, memoryDirectory, name, store);
  const { file, adoption, seen } = record;
  // Round the file, which this term must not be shown in: it only keeps others out.
  const client = createLeaseClient({ ...host, store, timing: timingOf(settings.values) });
  const found = look(file);
  if (found !== null) sweepDrafts(file);
  const aboveEpoch = found === null ? seen.epoch : leaseIn(file, found.text, adoption).epoch;
  await liftPause(client, name);
  const { paused, holderIdentity, epoch } = await client.status(name);
  // One that was moved away is led here no more, and there is nobody left to keep out.
  if (paused !== null && !endsByItself(paused) && holderIdentity === null)
    return { ...(await part(context, name, record, Math.max(epoch, aboveEpoch))), barred: true };
  onClaim(client);
  const lease = await client.acquire(name, { signal, timeoutMs, aboveEpoch });
  try {
    await client.pause(name, {
      expiresAfterMs: DURATION_MAX_MS,
      reason: found === null ? pauseOfNone(file, name) : adoptionPause(`handed back to ${file}`, file, name),
    });
    lease.assertHeld();
    return { ...(await part(context, name, record, lease.epoch)), barred: false };
  } finally {
    await lease.release("completed");
  }
}

async function part(
  context: Context,
  name: string,
  record: AdoptionRecord,
  epoch: number,
): Promise<Omit<HandedBack, "barred">> {
  const how = await handBack(context, name, record, epoch);
  removeAdoption(context.memoryDirectory, name);
  return { how, file: record.file, epoch };
}

async function handBack(
  { store }: Context,
  name: string,
  { file, adoption, original, seen }: AdoptionRecord,
  epoch: number,
): Promise<"free" | "foreign" | "gone"> {
  const { leaseDurationMs } = readForeignLease(original, adoption);
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const looked = look(file);
    if (looked === null) return "gone";
    const { text, stat } = looked;
    const found = leaseIn(file, text, adoption);
    const isOurs =
      found.holderIdentity === null || isDeepStrictEqual(found, seen) || (await isOwnWrite(store, name, found));
    if (!isOurs) return "foreign";
    const free = editForeignLease(text, adoption, { holderIdentity: null, epoch, leaseDurationMs });
    if (replaceFile(file, free, { durable: true, still: stillAs(file, stat) }) !== null) return "free";
  }
  throw usageError(`${file} is written by others all the time; stop them, and hand it back again`);
}

/** `null` where there is no such file any more. */
function look(path: string): ReadFile | null {
  try {
    return readText(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
