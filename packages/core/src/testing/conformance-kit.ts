import type { LeaseEvent, LeaseRecord } from "@tenure/schema";
import { SCHEMA_VERSION } from "@tenure/schema/light";
import type { LeaseStore, Snapshot, SwapOutcome } from "../store.ts";
import { fixedIdentity } from "./identity.ts";

/** One store, empty, reached as several processes would reach it. */
export interface StoreFixture {
  /** A new handle on the same store. The suite closes each. */
  readonly connect: () => Promise<LeaseStore>;
  /** Destroys the record of one lease behind the store's back and leaves its epoch floor. */
  readonly loseRecord?: (name: string) => Promise<void>;
  /** Removes everything. */
  readonly dispose: () => Promise<void>;
}

/** What not every store can do, or not every test can arrange. */
export type Support = "loseRecord" | "vigil";

/** One case: named by the behaviour it proves, run on a store of its own. */
export interface StoreCase {
  readonly title: string;
  readonly needs?: Support;
  readonly run: (fixture: StoreFixture) => Promise<void>;
}

const TIME = "2026-01-01T00:00:00.000Z";
let nonces = 0;

/** A record as a holder of the given epoch would write it, under a nonce of its own. */
export function heldRecord(name: string, epoch: number, changes: Partial<LeaseRecord> = {}): LeaseRecord {
  nonces += 1;
  const { holderIdentity, holder } = fixedIdentity("conformance");
  return {
    schemaVersion: SCHEMA_VERSION,
    name,
    holderIdentity,
    holder,
    epoch,
    nonce: `conformance-${process.pid}-${nonces}`,
    renewer: null,
    child: null,
    leaseDurationMs: 15_000,
    renewDeadlineMs: 12_000,
    lockDelayMs: 0,
    acquireTime: TIME,
    renewTime: TIME,
    renewals: 0,
    leaseTransitions: 0,
    deadline: null,
    releaseTime: null,
    releaseReason: null,
    preferredHolder: null,
    paused: null,
    revoked: null,
    ...changes,
  };
}

export function eventFor(record: LeaseRecord): LeaseEvent {
  return {
    type: record.renewals === 0 ? "lease.acquired" : "lease.renewed",
    name: record.name,
    time: TIME,
    epoch: record.epoch,
    holderIdentity: record.holderIdentity,
  };
}

export function swap(
  store: LeaseStore,
  expected: Snapshot,
  record: LeaseRecord,
  signal?: AbortSignal,
): Promise<SwapOutcome> {
  const durable = record.renewals === 0;
  return store.compareAndSwap(
    expected,
    record,
    eventFor(record),
    signal === undefined ? { durable } : { durable, signal },
  );
}

/** Writes on top of whatever stands there, and returns the snapshot. */
export async function write(store: LeaseStore, record: LeaseRecord): Promise<Snapshot> {
  for (;;) {
    const swapped = await swap(store, await store.read(record.name), record);
    if (swapped.outcome === "committed") return swapped.snapshot;
    if (swapped.outcome === "unknown") throw new Error("the outcome of a write is unknown", { cause: swapped.cause });
  }
}

/** Collects from an iterable until `enough` says so. */
export async function collect<T>(items: AsyncIterable<T>, enough: (items: readonly T[]) => boolean): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) {
    collected.push(item);
    if (enough(collected)) break;
  }
  return collected;
}
