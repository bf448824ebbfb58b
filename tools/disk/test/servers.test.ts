import { chmodSync } from "node:fs";
import { dirname } from "node:path";
import { LeaseError, type LeaseStore } from "@tenure/core";
import { eventFor, heldRecord } from "@tenure/core/testing";
import { missing, startEtcd, startNats, startPostgres, startRedis, type Engine } from "@tenure/engines";
import { openEtcdStore } from "@tenure/store-etcd";
import { openNatsStore } from "@tenure/store-nats";
import { openPostgresStore } from "@tenure/store-postgres";
import { openRedisStore } from "@tenure/store-redis";
import { expect, onTestFinished, test, vi } from "vitest";
import { Disk } from "../src/disk.ts";
import { missingFor, run } from "../src/machine.ts";

/** Room for what etcd sets aside for its log. */
const TYPE = "xfs";
const EARLY = 2;
const LAST = 7;

interface Subject {
  readonly name: string;
  readonly start: () => Promise<Engine | null>;
  readonly open: (url: string) => Promise<LeaseStore>;
}

const keeping: readonly Subject[] = [
  { name: "PostgreSQL", start: startPostgres, open: (url) => openPostgresStore({ url }) },
  { name: "etcd", start: startEtcd, open: (url) => openEtcdStore({ url }) },
  { name: "Redis that syncs each write", start: startRedis, open: (url) => openRedisStore({ url }) },
];

const forgetting: readonly Subject[] = [
  { name: "NATS as it is set by default", start: startNats, open: (url) => openNatsStore({ url }) },
  {
    name: "Redis that leaves syncing to the system",
    start: () => startRedis({ settings: { appendfsync: "no" } }),
    open: (url) => openRedisStore({ url }),
  },
];

const named = (subjects: readonly Subject[]) => subjects.map((subject) => [subject.name, subject] as const);

test.for(named(keeping))(
  "F1 a power cut under %s takes nothing that was acknowledged",
  async ([, subject], context) => {
    const store = await throughACut(subject, context.skip);
    await expect.poll(() => epochOf(store), { timeout: 30_000 }).toBe(LAST);
    expect(await write(store, LAST + 1)).toBe("committed");
  },
);

test.for(named(forgetting))(
  "F1 a power cut under %s takes epochs that were acknowledged, and who saw them does not believe it",
  async ([, subject], context) => {
    const store = await throughACut(subject, context.skip);
    expect(store.guarantees).toMatchObject({ durable: false });
    await expect.poll(() => epochOf(store), { timeout: 30_000 }).toBe("EEPOCHREGRESSION");
    await expect(write(store, LAST + 1)).rejects.toMatchObject({ code: "EEPOCHREGRESSION" });
  },
);

/** A client that saw each epoch committed, on a server that went dark after the last one and was started again on what its disk held. */
async function throughACut({ name, start, open }: Subject, skip: (note: string) => never): Promise<LeaseStore> {
  const lacking = missingFor(TYPE);
  if (lacking !== null) skip(lacking);
  const disk = new Disk(TYPE);
  // The server is another user, and finds its folder here.
  for (const folder of [dirname(disk.folder), disk.folder]) chmodSync(folder, 0o755);
  vi.stubEnv("TMPDIR", disk.folder);
  const server = await start().finally(() => vi.unstubAllEnvs());
  onTestFinished(async () => {
    await server?.stop();
    disk.remove();
  });
  if (server === null) return skip(missing(name));
  const store = await open(server.url);
  onTestFinished(() => store.close());
  for (let epoch = 1; epoch <= EARLY; epoch += 1) expect(await write(store, epoch)).toBe("committed");
  // It has run for a while.
  run("sync", "--file-system", disk.folder);
  const power = disk.switch();
  for (let epoch = EARLY + 1; epoch <= LAST; epoch += 1) expect(await write(store, epoch)).toBe("committed");
  await power.cut(false);
  await server.crash();
  disk.powerOn();
  await server.restart();
  return store;
}

async function write(store: LeaseStore, epoch: number): Promise<string> {
  const record = heldRecord("orders", epoch);
  const { outcome } = await store.compareAndSwap(await store.read("orders"), record, eventFor(record), {
    durable: true,
  });
  return outcome;
}

/** The epoch that stands, or why there is none to be believed. */
async function epochOf(store: LeaseStore): Promise<number | string | undefined> {
  try {
    return (await store.read("orders", { signal: AbortSignal.timeout(5_000) })).record?.epoch;
  } catch (error) {
    return error instanceof LeaseError ? error.code : String(error);
  }
}
