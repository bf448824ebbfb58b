import { join } from "node:path";
import { resolveTiming, type Snapshot } from "@tenure/core";
import { randomToken, thisHost, type ThisHost } from "@tenure/host";
import type { LeaseEvent, LeaseRecord, Timing, TimingSettings } from "@tenure/schema";
import { openFileStore, type FileStore } from "@tenure/store-file";
import type { OpenWorkload } from "../contender.ts";

export const NAME = "bench";
/** As short as what it is compared with. */
export const settings: TimingSettings = { leaseDurationMs: 2_000 };
const timing: Timing = resolveTiming(settings);
export const host: ThisHost = thisHost({ holderIdentity: `process-${process.pid}` });

export function openStore(directory: string): Promise<FileStore> {
  return openFileStore({ directory: join(directory, "state"), floorDirectory: join(directory, "floor") });
}

/** Transitions through the store alone: read, compare-and-swap with a new epoch, again until it is committed. */
export const openTransitions: OpenWorkload = async (directory) => {
  const store = await openStore(directory);
  return {
    async once() {
      for (;;) {
        const base = await store.read(NAME);
        const record = successor(base);
        const { outcome } = await store.compareAndSwap(base, record, event(record), { durable: true });
        // What is unknown, as between two that begin a journal at once, is not counted as done.
        if (outcome === "committed") return;
      }
    },
    count: async () => (await store.read(NAME)).record?.leaseTransitions ?? 0,
  };
};

function successor({ record, epochFloor }: Snapshot): LeaseRecord {
  const time = host.clock.wallTime();
  return {
    schemaVersion: "1.0",
    name: NAME,
    holderIdentity: host.identity.holderIdentity,
    holder: host.identity.holder,
    epoch: Math.max(epochFloor, record?.epoch ?? 0) + 1,
    nonce: randomToken(),
    renewer: null,
    child: null,
    leaseDurationMs: timing.leaseDurationMs,
    renewDeadlineMs: timing.renewDeadlineMs,
    lockDelayMs: 0,
    acquireTime: time,
    renewTime: time,
    renewals: 0,
    leaseTransitions: (record?.leaseTransitions ?? 0) + 1,
    deadline: null,
    releaseTime: null,
    releaseReason: null,
    preferredHolder: null,
    paused: null,
    revoked: null,
  };
}

function event({ name, epoch, holderIdentity }: LeaseRecord): LeaseEvent {
  return { type: "lease.acquired", name, time: host.clock.wallTime(), epoch, holderIdentity };
}
