import { join } from "node:path";
import { createLeaseClient, type LeaseClient } from "@tenure/core";
import { keepAlive } from "@tenure/heartbeat";
import type { TimingSettings } from "@tenure/schema";
import { fileFence, type FileStore } from "@tenure/store-file";
import type { OpenContender, OpenWorkload } from "../contender.ts";
import { host, NAME, openStore, settings } from "./tenure-store.ts";

async function open(
  directory: string,
  timing: TimingSettings = {},
): Promise<{ store: FileStore; client: LeaseClient }> {
  const store = await openStore(directory);
  return { store, client: createLeaseClient({ store, timing, ...host }) };
}

/** What a user writes: acquire, keep alive, write under the fence, release. */
export const openTenure: OpenContender = async (directory) => {
  const { store, client } = await open(directory, settings);
  const ledger = fileFence({ path: join(directory, "ledger.jsonl") });
  return {
    writers: async () => (await ledger.entries({ storeId: store.storeId, name: NAME })).map(({ text }) => Number(text)),
    async acquire(onLeading) {
      const lease = await client.acquire(NAME);
      onLeading();
      const heartbeat = keepAlive(lease, { clock: host.clock, random: Math.random });
      return {
        async write() {
          await ledger.append(lease, lease.epoch, String(process.pid));
          return true;
        },
        async release() {
          await heartbeat.stop();
          await lease.release();
        },
      };
    },
  };
};

/** Whole terms through the client, as candidates that want to lead again and again: two transitions each. */
export const openTerms: OpenWorkload = async (directory) => {
  const { store, client } = await open(directory);
  return {
    async once() {
      await (await client.acquire(NAME)).release();
    },
    count: async () => (await store.read(NAME)).record?.epoch ?? 0,
  };
};

export const openRenewals: OpenWorkload = async (directory) => {
  const { store, client } = await open(directory);
  const lease = await client.acquire(NAME);
  return {
    once: () => lease.renew(),
    count: async () => (await store.read(NAME)).record?.renewals ?? 0,
  };
};
