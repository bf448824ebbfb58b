import { createLeaseClient, type LeaseClient } from "@tenure/core";
import { eventFor, heldRecord } from "@tenure/core/testing";
import { thisHost } from "@tenure/host";
import type { Redis } from "ioredis";
import { describe, expect, onTestFinished, test } from "vitest";
import { freshPrefix, openStore, operator, ownServer, skipped } from "./server.ts";

const LEASE_MS = 2_000;
const ROUNDS = 4;
const BALLAST = "x".repeat(20_000);
const ROOM_BYTES = 400_000;

describe.skipIf(skipped !== null)(
  `memory of a Redis server runs short${skipped === null ? "" : `: ${skipped}`}`,
  () => {
    test("with a policy of volatile keys nothing of a lease is dropped; without room a write is refused in words, and took no effect", async () => {
      const own = await ownServer();
      const [store, ops] = [await openStore({ url: own.url }), operator(own)];
      await limit(ops, "volatile-lru");
      const record = heldRecord("orders", 1);
      const swapped = await store.compareAndSwap(await store.read("orders"), record, eventFor(record), {
        durable: true,
      });
      expect(swapped).toMatchObject({ outcome: "committed" });
      for (let key = 0; (await evicted(ops)) < 20; key += 1) await ops.set(`cache-${key}`, BALLAST, "EX", 3_600);
      const standing = await store.read("orders");
      expect(standing).toMatchObject({ record: { epoch: 1 }, epochFloor: 1 });

      const filling = (async (): Promise<void> => {
        for (let key = 0; ; key += 1) await ops.set(`ballast-${key}`, BALLAST);
      })();
      await expect(filling).rejects.toThrow(/OOM/u);
      // What its connections need comes and goes, so at the very limit one write is refused and the next is not.
      await ops.config("SET", "maxmemory", "1mb");
      const next = heldRecord("orders", 2);
      await expect(store.compareAndSwap(standing, next, eventFor(next), { durable: true })).rejects.toMatchObject({
        code: "ESTOREUNAVAILABLE",
        message: /out of memory \(maxmemory\)/u,
      });
      expect((await store.read("orders")).revision).toBe(standing.revision);
      await ops.config("SET", "maxmemory", "0");
      const later = await store.compareAndSwap(standing, next, eventFor(next), { durable: true });
      expect(later).toMatchObject({ outcome: "committed" });
    });

    test("with one that drops any key, set behind a store's back, nobody leads beside a holder, and no epoch comes twice", async () => {
      const own = await ownServer();
      const ops = operator(own);
      for (let round = 1; round <= ROUNDS; round += 1) {
        const prefix = freshPrefix();
        const client = async (holderIdentity: string): Promise<LeaseClient> => {
          const store = await openStore({ url: own.url, prefix });
          return createLeaseClient({ ...thisHost({ holderIdentity }), store, timing: { leaseDurationMs: LEASE_MS } });
        };
        const [blue, green] = [await client("blue"), await client("green")];
        await (await blue.acquire("orders")).release();
        const lease = await blue.acquire("orders");
        let believedAt = 0;
        const looking = setInterval(() => {
          if (lease.remainingMs() > 0) believedAt = performance.now();
        }, 2);
        onTestFinished(() => clearInterval(looking));
        const waiting = green.acquire("orders").then(
          (taken) => ({ epoch: taken.epoch, failure: undefined, at: performance.now() }),
          (failure: unknown) => ({ epoch: 0, failure, at: performance.now() }),
        );
        const before = await kept(ops, prefix);
        await limit(ops, "allkeys-random");
        for (let key = 0; (await kept(ops, prefix)) === before; key += 1) {
          await ops.set(`ballast-${round}-${key}`, BALLAST);
          await lease.renew().catch(() => {});
        }
        await ops.config("SET", "maxmemory", "0");

        const { epoch, failure, at } = await waiting;
        if (failure === undefined) expect(epoch).toBeGreaterThan(lease.epoch);
        else expect(failure).toMatchObject({ code: "EEPOCHREGRESSION" });
        expect(believedAt).toBeGreaterThan(0);
        if (failure === undefined) expect(believedAt).toBeLessThan(at);
        clearInterval(looking);
      }
    });
  },
);

/** Little more than what is there. */
async function limit(ops: Redis, policy: string): Promise<void> {
  const used = Number(/^used_memory:(\d+)/mu.exec(await ops.info("memory"))?.[1]);
  await ops.config("SET", "maxmemory-policy", policy, "maxmemory", String(used + ROOM_BYTES));
}

async function evicted(ops: Redis): Promise<number> {
  return Number(/^evicted_keys:(\d+)/mu.exec(await ops.info("stats"))?.[1]);
}

/** How many of the store's keys are there. */
async function kept(ops: Redis, prefix: string): Promise<number> {
  return (await ops.keys(`{${prefix}}:*`)).length;
}
