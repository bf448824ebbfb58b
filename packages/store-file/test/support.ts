import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Snapshot } from "@tenure/core";
import type { LeaseEvent, LeaseRecord } from "@tenure/schema";
import { onTestFinished } from "vitest";
import { openFileStore } from "../src/index.ts";
import type { FileStore, FileStoreOptions } from "../src/index.ts";

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "tenure-store-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Folders {
  readonly directory: string;
  readonly floorDirectory: string;
}

export function temporaryFolders(): Folders {
  const folder = temporaryFolder();
  return { directory: join(folder, "state"), floorDirectory: join(folder, "floor") };
}

export async function open(options: FileStoreOptions): Promise<FileStore> {
  const store = await openFileStore(options);
  onTestFinished(() => store.close());
  return store;
}

let nonces = 0;

export function record(name: string, epoch: number, changes: Partial<LeaseRecord> = {}): LeaseRecord {
  nonces += 1;
  return {
    schemaVersion: "1.0",
    name,
    holderIdentity: "host-a",
    holder: {
      instanceId: "i1",
      hostId: "h1",
      bootId: "b1",
      pid: 4711,
      processStartTime: "100",
      pidNamespace: null,
      timeNamespace: null,
      serviceName: null,
    },
    epoch,
    nonce: `nonce-${process.pid}-${nonces}`,
    renewer: null,
    child: null,
    leaseDurationMs: 15_000,
    renewDeadlineMs: 12_000,
    lockDelayMs: 0,
    acquireTime: "2026-01-01T00:00:00Z",
    renewTime: "2026-01-01T00:00:00Z",
    renewals: 0,
    leaseTransitions: epoch,
    deadline: null,
    releaseTime: null,
    releaseReason: null,
    preferredHolder: null,
    paused: null,
    revoked: null,
    ...changes,
  };
}

export function event(type: LeaseEvent["type"], { name, epoch, holderIdentity }: LeaseRecord): LeaseEvent {
  return { type, name, time: "2026-01-01T00:00:00Z", epoch, holderIdentity };
}

/** Acquires over whatever stands there, as core would: above the floor. */
export async function acquire(store: FileStore, name: string, changes: Partial<LeaseRecord> = {}): Promise<Snapshot> {
  const before = await store.read(name);
  const next = record(name, Math.max(before.epochFloor, before.record?.epoch ?? 0) + 1, changes);
  return commit(store, before, next, "lease.acquired", true);
}

export async function renew(store: FileStore, before: Snapshot, changes: Partial<LeaseRecord> = {}): Promise<Snapshot> {
  if (before.record === null) throw new Error("nothing to renew");
  const next = { ...before.record, ...changes, nonce: record("x", 1).nonce, renewals: before.record.renewals + 1 };
  return commit(store, before, next, "lease.renewed", false);
}

async function commit(
  store: FileStore,
  before: Snapshot,
  next: LeaseRecord,
  type: LeaseEvent["type"],
  durable: boolean,
): Promise<Snapshot> {
  const swapped = await store.compareAndSwap(before, next, event(type, next), { durable });
  if (swapped.outcome !== "committed") throw new Error(`expected committed, got ${JSON.stringify(swapped)}`);
  return swapped.snapshot;
}
