import { isDeepStrictEqual } from "node:util";
import { editForeignLease, isOwnWrite, readForeignLease } from "@tenure/adoption";
import { createLeaseClient } from "@tenure/core";
import { DURATION_MAX_MS } from "@tenure/schema/light";
import type { Context } from "../context.ts";
import { usageError } from "../failure.ts";
import { timingOf } from "../settings/settings.ts";
import { readAdoption, removeAdoption, type AdoptionRecord } from "./adoption-file.ts";
import { leaseIn, readText, stillAs } from "./foreign-file.ts";
import { ADOPTION_PAUSE } from "./kept-store.ts";
import { liftPause } from "./own.ts";
import { replaceFile, sweepDrafts } from "./replace-file.ts";

export interface UndoOrder {
  readonly path: string;
  readonly name: string;
  readonly signal: AbortSignal;
  readonly timeoutMs: number | undefined;
}

export type Undone =
  | { readonly how: "not-adopted" }
  /** `free`: nobody leads by the file. `foreign`: another program has taken it already, and nothing of it was touched. */
  | { readonly how: "free" | "foreign"; readonly epoch: number };

const MOST_TRIES = 10;

/**
 * Hands a file back: waits until nobody leads, keeps everybody from leading by tenure, and leaves the file free for the mechanism it
 * comes from, at the highest epoch there was. Killed anywhere it is simply done again.
 */
export async function undo(context: Context, { path, name, signal, timeoutMs }: UndoOrder): Promise<Undone> {
  const { store, memoryDirectory, host, settings } = context;
  const record = readAdoption(memoryDirectory, name);
  if (record === null) return { how: "not-adopted" };
  if (record.file !== path)
    throw usageError(`lease "${name}" is adopted from ${record.file}; --name tells which lease is meant`);
  sweepDrafts(path);
  // Round the file, which this term must not be shown in: it only keeps others out.
  const client = createLeaseClient({ ...host, store, timing: timingOf(settings.values) });
  await liftPause(client, name);
  const { adoption, original } = record;
  const lease = await client.acquire(name, {
    signal,
    timeoutMs,
    aboveEpoch: leaseIn(path, readText(path).text, adoption).epoch,
  });
  try {
    await client.pause(name, {
      expiresAfterMs: DURATION_MAX_MS,
      reason: `${ADOPTION_PAUSE}handed back to ${path}`.slice(0, 1_000),
    });
    lease.assertHeld();
    const how = await handBack(
      context,
      name,
      record,
      lease.epoch,
      readForeignLease(original, adoption).leaseDurationMs,
    );
    removeAdoption(memoryDirectory, name);
    return { how, epoch: lease.epoch };
  } finally {
    await lease.release("completed");
  }
}

async function handBack(
  { store }: Context,
  name: string,
  { file, adoption, seen }: AdoptionRecord,
  epoch: number,
  leaseDurationMs: number,
): Promise<"free" | "foreign"> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const { text, stat } = readText(file);
    const found = leaseIn(file, text, adoption);
    const isOurs =
      found.holderIdentity === null || isDeepStrictEqual(found, seen) || (await isOwnWrite(store, name, found));
    if (!isOurs) return "foreign";
    const free = editForeignLease(text, adoption, { holderIdentity: null, epoch, leaseDurationMs });
    if (replaceFile(file, free, { durable: true, still: stillAs(file, stat) }) !== null) return "free";
  }
  throw usageError(`${file} is written by others all the time; stop them, and hand it back again`);
}
