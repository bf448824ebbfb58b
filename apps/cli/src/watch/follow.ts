import { setMaxListeners } from "node:events";
import type { LeaseClient, LeaseStore } from "@tenure/core";
import type { LeaseStatus } from "@tenure/schema";
import type { Context } from "../context.ts";

/** How often the store is asked for leases that are new. */
const LIST_MS = 1_000;
/** A deadline passes without anything being written, so it is looked at right after. */
const AFTER_DEADLINE_MS = 50;
/** Node's timers know no longer wait, and take one for none. */
const TIMER_MAX_MS = 2 ** 31 - 1;

type Tell = (status: LeaseStatus) => void;

/** Tells each change of the named leases, or of all there are and will be; ends when the signal aborts, and rejects as a store does. */
export async function follow(
  context: Context,
  names: readonly string[],
  tell: Tell,
  signal: AbortSignal,
): Promise<void> {
  const client = context.clientFor();
  const failed = new AbortController();
  const until = AbortSignal.any([signal, failed.signal]);
  // One for each lease, of which there may be thousands.
  setMaxListeners(0, until);
  const followed = new Map<string, Promise<void>>();
  const start = (name: string): void => {
    if (followed.has(name)) return;
    followed.set(
      name,
      followOne(client, name, tell, until).catch((error: unknown) => failed.abort(error)),
    );
  };
  names.forEach(start);
  const timer = names.length > 0 ? undefined : setInterval(() => void startAll(), LIST_MS);
  const startAll = (): Promise<void> =>
    listed(context.store).then(
      (all) => all.forEach(start),
      (error: unknown) => failed.abort(error),
    );
  if (names.length === 0) await startAll();
  await aborted(until);
  clearInterval(timer);
  await Promise.all(followed.values());
  if (!signal.aborted) throw failed.signal.reason as Error;
}

async function followOne(client: LeaseClient, name: string, tell: Tell, signal: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    clearTimeout(timer);
    const status = await client.status(name);
    if (signal.aborted) return;
    tell(status);
    if (status.remainingMs !== null && status.remainingMs > 0)
      timer = setTimeout(
        () => void look().catch(() => {}),
        Math.min(status.remainingMs + AFTER_DEADLINE_MS, TIMER_MAX_MS),
      );
  };
  try {
    for await (const _ of client.observe(name, { signal })) await look();
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function listed(store: LeaseStore): Promise<readonly string[]> {
  return await store.list();
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
