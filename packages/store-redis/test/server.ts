import type { LeaseStore, Snapshot } from "@tenure/core";
import { eventFor, heldRecord } from "@tenure/core/testing";
import { missing, Proxy, startRedis, type RedisEngine } from "@tenure/engines";
import { Redis } from "ioredis";
import { afterAll, expect, onTestFinished } from "vitest";
import { openRedisStore, type RedisStoreOptions } from "../src/index.ts";

let prefixes = 0;

/** One server for all tests of a file; `skipped` says why where there is none. */
export const server: RedisEngine | null = await startRedis();
export const skipped: string | null = server === null ? missing("Redis") : null;
afterAll(() => server?.stop());

/** Keys that no other test knows. */
export function freshPrefix(): string {
  prefixes += 1;
  return `tenure-${process.pid}-${prefixes}`;
}

export async function openStore(options: RedisStoreOptions = {}): Promise<LeaseStore> {
  const store = await openRedisStore({ url: server?.url, ...options });
  onTestFinished(() => store.close());
  return store;
}

/** A server of the test's own, to be broken. */
export async function ownServer(settings: Readonly<Record<string, string>> = {}): Promise<RedisEngine> {
  const own = await startRedis({ settings: { "repl-diskless-sync-delay": "0", ...settings } });
  if (own === null) throw new Error(missing("Redis"));
  onTestFinished(() => own.stop());
  return own;
}

/** The network between a client and a server. */
export async function proxied(target: RedisEngine | null = server): Promise<Proxy> {
  if (target === null) throw new Error(missing("Redis"));
  const proxy = await Proxy.before(target);
  onTestFinished(() => proxy.close());
  return proxy;
}

/** An operator at a server, behind the store's back. */
export function operator(at: RedisEngine | null = server): Redis {
  const client = new Redis(at?.url ?? "");
  client.on("error", () => {});
  onTestFinished(() => client.disconnect());
  return client;
}

/** Makes one a replica of the other, and waits until it has caught up. */
export async function follow(replica: RedisEngine, primary: RedisEngine): Promise<void> {
  const ops = operator(replica);
  await ops.replicaof("127.0.0.1", primary.port);
  await expect.poll(() => ops.info("replication"), { timeout: 20_000 }).toMatch(/master_link_status:up/u);
}

/** A record of this epoch of lease `orders`, over whatever stands there. */
export async function write(store: LeaseStore, epoch: number): Promise<Snapshot> {
  const record = heldRecord("orders", epoch);
  const swapped = await store.compareAndSwap(await store.read("orders"), record, eventFor(record), { durable: true });
  if (swapped.outcome !== "committed") throw new Error(`the write was ${swapped.outcome}`);
  return swapped.snapshot;
}

/** Runs what an error says to run in redis-cli. */
export async function obey(ops: Redis, { message }: Error): Promise<void> {
  const commands = message.match(/(?:HSET|HDEL|DEL|EVAL "[^"]*") \S+(?: (?!and\b)\S+)*/gu) ?? [];
  expect(commands.length).toBeGreaterThan(0);
  for (const command of commands) {
    const words = (command.match(/"[^"]*"|\S+/gu) ?? []).map((word) => word.replaceAll('"', ""));
    await ops.call(...(words as [string, ...string[]]));
  }
}
