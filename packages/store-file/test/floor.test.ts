import { copyFileSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { systemFiles } from "../src/index.ts";
import type { FileSystem } from "../src/index.ts";
import { acquire, event, open, record, renew, temporaryFolders } from "./support.ts";
import type { Folders } from "./support.ts";

const free = { holderIdentity: null, holder: null };

function blocks({ floorDirectory }: Folders): readonly string[] {
  return readdirSync(floorDirectory).filter((file) => file.startsWith("orders.floor."));
}

function noted(folders: Folders): string {
  return blocks(folders)
    .map((file) => readFileSync(join(folders.floorDirectory, file), "utf8"))
    .join("");
}

test("F10 an identical copy takes the floor's place: a working process notes its epochs in the one that others read", async () => {
  const folders = temporaryFolders();
  const store = await open(folders);
  await acquire(store, "orders", free);
  const [file = ""] = blocks(folders);
  const path = join(folders.floorDirectory, file);
  copyFileSync(path, `${path}.copy`);
  renameSync(`${path}.copy`, path);
  await acquire(store, "orders", free);
  expect(noted(folders)).toContain('"published":2,');
});

test("F10 the floor folder is deleted while the journal is begun: the term stands, and the next one is above it", async () => {
  const folders = temporaryFolders();
  const link: FileSystem["link"] = async (from, to) => {
    if (to.includes(".journal.")) rmSync(folders.floorDirectory, { recursive: true });
    await systemFiles.link(from, to);
  };
  const store = await open({ ...folders, fileSystem: { ...systemFiles, link } });
  expect((await acquire(store, "orders", free)).record?.epoch).toBe(1);
  const next = await acquire(store, "orders");
  expect(next.record?.epoch).toBeGreaterThan(1);
  expect(noted(folders)).toContain(`"published":${next.record?.epoch},`);
});

test("a block that is listed and gone by then stands for nothing that a later one does not", async () => {
  const folders = temporaryFolders();
  await acquire(await open(folders), "orders", free);
  const list: FileSystem["list"] = (path) => [
    ...systemFiles.list(path),
    ...(path === folders.floorDirectory ? ["orders.floor.32.jsonl"] : []),
  ];
  const store = await open({ ...folders, fileSystem: { ...systemFiles, list } });
  expect((await acquire(store, "orders")).record?.epoch).toBe(2);
});

test("blocks: 64 epochs each, the next one made well before the end, and those that are used up removed", async () => {
  const folders = temporaryFolders();
  const store = await open(folders);
  for (let epoch = 1; epoch < 16; epoch += 1) await acquire(store, "orders", free);
  expect(blocks(folders)).toEqual(["orders.floor.64.jsonl"]);
  await acquire(store, "orders", free);
  await store.close();
  expect(blocks(folders)).toEqual(["orders.floor.128.jsonl", "orders.floor.64.jsonl"]);
  const other = await open(folders);
  for (let epoch = 17; epoch <= 64; epoch += 1) await acquire(other, "orders", free);
  expect(blocks(folders)).toContain("orders.floor.64.jsonl");
  expect((await acquire(other, "orders", free)).record?.epoch).toBe(65);
  expect(blocks(folders)).toEqual(["orders.floor.128.jsonl"]);
});

test("a block that cannot be made ahead of time is made when it is needed", async () => {
  const folders = temporaryFolders();
  let full = false;
  const create: FileSystem["create"] = (path) =>
    full ? Promise.reject(Object.assign(new Error("full"), { code: "ENOSPC" })) : systemFiles.create(path);
  const store = await open({ ...folders, fileSystem: { ...systemFiles, create } });
  await acquire(store, "orders", free);
  full = true;
  for (let epoch = 2; epoch <= 64; epoch += 1) await acquire(store, "orders", free);
  await expect(acquire(store, "orders", free)).rejects.toMatchObject({ code: "ESTOREUNAVAILABLE" });
  full = false;
  expect((await acquire(store, "orders", free)).record?.epoch).toBeGreaterThan(64);
});

test("the longest lease with its lock delay is remembered, also when shorter ones came after it and the journal is gone", async () => {
  const folders = temporaryFolders();
  const store = await open(folders);
  await acquire(store, "orders", { ...free, leaseDurationMs: 60_000, lockDelayMs: 5_000 });
  await acquire(store, "orders", { ...free, leaseDurationMs: 1_000, lockDelayMs: 0 });
  rmSync(folders.directory, { recursive: true });
  expect(await store.read("orders")).toMatchObject({ record: null, epochFloor: 2, floorWaitMs: 65_000 });
  expect(await (await open(folders)).read("orders")).toMatchObject({
    record: null,
    epochFloor: 2,
    floorWaitMs: 65_000,
  });
});

test("a renewal notes nothing in the floor", async () => {
  const folders = temporaryFolders();
  const store = await open(folders);
  const held = await acquire(store, "orders");
  const before = noted(folders);
  await renew(store, held);
  expect(noted(folders)).toBe(before);
  const again = record("orders", 1);
  const read = await store.read("orders");
  const swapped = await store.compareAndSwap(read, again, event("lease.renewed", again), { durable: true });
  expect([swapped.outcome, noted(folders)]).toEqual(["committed", before]);
});

test("how long to wait is remembered by whoever saw the record, though journal and floor are both gone", async () => {
  const folders = temporaryFolders();
  const [one, other] = [await open(folders), await open(folders)];
  await acquire(one, "orders", { leaseDurationMs: 60_000 });
  rmSync(folders.floorDirectory, { recursive: true });
  await other.read("orders");
  rmSync(folders.directory, { recursive: true });
  expect(await other.read("orders")).toMatchObject({ record: null, floorWaitMs: 60_000 });
});
