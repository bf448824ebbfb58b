import { setMaxListeners } from "node:events";
import { LeaseError, type LeaseClient } from "@tenure/core";
import type { LeaseStatus } from "@tenure/schema";
import type { Context } from "../context.ts";

/** How often the store is asked for leases that are new, and for what it did not answer. */
const ASK_MS = 1_000;
/** A deadline passes without anything being written, so it is looked at right after. */
const AFTER_DEADLINE_MS = 50;
/** Node's timers know no longer wait, and take one for none. */
const TIMER_MAX_MS = 2 ** 31 - 1;

export interface Onlooker {
  readonly see: (status: LeaseStatus) => void;
  /** The store is away, which is told once; `null`: it answers again. */
  readonly trouble: (why: LeaseError | null) => void;
}

/** `null` where the store is away. */
type Ask = <T>(request: () => Promise<T>) => Promise<T | null>;

interface Following {
  readonly client: LeaseClient;
  readonly ask: Ask;
  readonly see: Onlooker["see"];
  readonly fail: (error: unknown) => void;
  readonly signal: AbortSignal;
}

/**
 * Tells each change of the named leases, or of all there are and will be, also after a store was away for a while; ends when the signal
 * aborts, and rejects with what time does not cure.
 */
export async function follow(
  { clientFor, store }: Context,
  names: readonly string[],
  { see, trouble }: Onlooker,
  signal: AbortSignal,
): Promise<void> {
  const failed = new AbortController();
  const until = AbortSignal.any([signal, failed.signal]);
  // One for each lease, of which there may be thousands.
  setMaxListeners(0, until);
  const fail = (error: unknown): void => failed.abort(error);
  const following: Following = { client: clientFor(), ask: overOutages(trouble, until), see, fail, signal: until };
  const followed = new Map<string, Promise<void>>();
  const start = (name: string): void => {
    if (!followed.has(name)) followed.set(name, followOne(following, name).catch(fail));
  };
  names.forEach(start);
  let timer: NodeJS.Timeout | undefined;
  const startAll = async (): Promise<void> => {
    (await following.ask(() => store.list()))?.forEach(start);
    if (!until.aborted) timer = setTimeout(() => void startAll().catch(fail), ASK_MS);
  };
  if (names.length === 0) await startAll().catch(fail);
  await aborted(until);
  clearTimeout(timer);
  await Promise.all(followed.values());
  if (!signal.aborted) throw failed.signal.reason as Error;
}

async function followOne({ client, ask, see, fail, signal }: Following, name: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    clearTimeout(timer);
    const status = await ask(() => client.status(name));
    if (signal.aborted) return;
    clearTimeout(timer);
    if (status !== null) see(status);
    const inMs = status === null ? ASK_MS : afterDeadlineMs(status);
    if (inMs !== null) timer = setTimeout(() => void look().catch(fail), inMs);
  };
  try {
    for await (const _ of client.observe(name, { signal })) await look();
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
  }
}

function afterDeadlineMs({ remainingMs }: LeaseStatus): number | null {
  if (remainingMs === null || remainingMs <= 0) return null;
  return Math.min(remainingMs + AFTER_DEADLINE_MS, TIMER_MAX_MS);
}

function overOutages(trouble: Onlooker["trouble"], signal: AbortSignal): Ask {
  let isAway = false;
  return async (request) => {
    try {
      const answer = await request();
      if (isAway) trouble(null);
      isAway = false;
      return answer;
    } catch (error) {
      if (!(error instanceof LeaseError) || error.code !== "ESTOREUNAVAILABLE") throw error;
      // What was asked last may fail only since the store is closed meanwhile.
      if (!isAway && !signal.aborted) trouble(error);
      isAway = true;
      return null;
    }
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
