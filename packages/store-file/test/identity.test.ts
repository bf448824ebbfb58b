import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { fileSightings, openFileStore, systemFiles } from "../src/index.ts";
import type { FileSystem } from "../src/index.ts";
import { readStatusTail } from "../src/status-tail.ts";
import { acquire, open, renew, temporaryFolder, temporaryFolders } from "./support.ts";

describe("which store a folder is", () => {
  test("is settled once, also when many open it at the same time", async () => {
    const folders = temporaryFolders();
    const stores = await Promise.all(Array.from({ length: 8 }, () => open(folders)));
    expect(new Set(stores.map(({ storeId }) => storeId)).size).toBe(1);
  });

  test("is one that another founded meanwhile, also where its floor was deleted before this one's name for it appeared there", async () => {
    const folders = temporaryFolders();
    let resume = (): void => {};
    const resumed = new Promise<void>((resolve) => (resume = resolve));
    let reach = (): void => {};
    const reached = new Promise<void>((resolve) => (reach = resolve));
    const create: FileSystem["create"] = async (path) => {
      reach();
      await resumed;
      return await systemFiles.create(path);
    };
    const founding = open({ ...folders, fileSystem: { ...systemFiles, create } });
    await reached;
    const { storeId } = await open(folders);
    rmSync(folders.floorDirectory, { recursive: true });
    mkdirSync(folders.floorDirectory, { mode: 0o700 });
    resume();
    expect((await founding).storeId).toBe(storeId);
    expect((await open(folders)).storeId).toBe(storeId);
  });

  test("can be pinned: another store is refused", async () => {
    const folders = temporaryFolders();
    const { storeId } = await open(folders);
    await open({ ...folders, storeId });
    await expect(openFileStore({ ...folders, storeId: "the-one-of-production" })).rejects.toMatchObject({
      code: "ECONFIG",
      message: expect.stringMatching(/the-one-of-production was asked for/u),
    });
  });

  test("survives the state folder, the floor folder, and the loss of both copies of its name", async () => {
    const folders = temporaryFolders();
    const first = await open(folders);
    await acquire(first, "orders");
    rmSync(folders.directory, { recursive: true });
    expect((await open(folders)).storeId).toBe(first.storeId);
    rmSync(folders.floorDirectory, { recursive: true });
    const second = await open(folders);
    expect(second.storeId).toBe(first.storeId);
    await acquire(second, "orders");
    rmSync(join(folders.directory, "store.id"));
    rmSync(folders.floorDirectory, { recursive: true });
    const third = await open(folders);
    expect(third.storeId).toBe(first.storeId);
    expect((await third.read("orders")).record?.epoch).toBe(1);
  });

  test("a floor of another store, elsewhere, or inside the state folder is refused", async () => {
    const folders = temporaryFolders();
    const other = temporaryFolders();
    await open(folders);
    await open(other);
    for (const [directory, floorDirectory] of [
      [temporaryFolders().directory, join(temporaryFolder(), "floor")],
      [folders.directory, other.floorDirectory],
    ] as const) {
      const opened = openFileStore({ directory, floorDirectory }).then((store) => store.close());
      if (directory !== folders.directory) await opened;
      else
        await expect(opened).rejects.toMatchObject({
          code: "ECONFIG",
          message: expect.stringContaining(folders.floorDirectory),
        });
    }
    const inside = temporaryFolders().directory;
    await expect(openFileStore({ directory: inside, floorDirectory: join(inside, "floor") })).rejects.toMatchObject({
      code: "ECONFIG",
    });
  });

  test("the floor lies outside the state folder unless it is said where, one for each state folder", async () => {
    const state = temporaryFolder();
    vi.stubEnv("XDG_STATE_HOME", state);
    onTestFinished(() => void vi.unstubAllEnvs());
    const stores = await Promise.all([
      open({ directory: join(temporaryFolder(), "a") }),
      open({ directory: join(temporaryFolder(), "a") }),
    ]);
    const floors = stores.map(({ floorDirectory }) => floorDirectory);
    expect(new Set(floors).size).toBe(2);
    for (const floor of floors) expect(floor).toMatch(new RegExp(`^${state}/tenure-floors/a-[0-9a-f]{16}$`, "u"));
  });

  test("the place of the floor is remembered, whoever opens the folder without saying it", async () => {
    const folders = temporaryFolders();
    await open(folders);
    expect((await open({ directory: folders.directory })).floorDirectory).toBe(folders.floorDirectory);
  });

  test("a copied state folder shares its floor, so that its epochs are not issued twice", async () => {
    const folders = temporaryFolders();
    const store = await open(folders);
    await acquire(store, "orders");
    await store.close();
    const copy = join(temporaryFolder(), "copy");
    cpSync(folders.directory, copy, { recursive: true });
    const original = await open(folders);
    await acquire(original, "orders");
    expect(await (await open({ directory: copy })).read("orders")).toMatchObject({ record: null, epochFloor: 2 });
  });
});

describe("what a fast command may read", () => {
  test("is what the store would tell, and undefined where that is not plain", async () => {
    const folders = temporaryFolders();
    const store = await open({ ...folders, bootId: "b" });
    const tell = (): unknown => readStatusTail(folders.directory, "orders", "b");
    expect(tell()).toBeNull();
    let held = await acquire(store, "orders");
    expect(tell()).toEqual(held);
    for (let count = 0; count < 200; count += 1) held = await renew(store, held);
    expect(tell()).toEqual(held);
    const file = join(folders.directory, "orders.journal.jsonl");
    expect(readFileSync(file).length).toBeGreaterThan(32 * 1024);
    rmSync(file);
    expect(tell()).toBeUndefined();
    expect(readStatusTail(temporaryFolder(), "orders", "b")).toBeUndefined();
  });
});

describe("sightings", () => {
  const sight = {
    storeId: "s",
    revision: "3.x",
    nonce: "nonce-123",
    bootId: "b",
    timeNamespace: null,
    boottimeMs: 5_000,
  };

  test("keep the first sight of one state, across processes, and replace it for another", async () => {
    const { directory } = await open(temporaryFolders());
    const sightings = fileSightings(directory);
    expect(await sightings.load("orders")).toBeNull();
    await sightings.save("orders", sight);
    await fileSightings(directory).save("orders", { ...sight, boottimeMs: 9_000 });
    expect(await fileSightings(directory).load("orders")).toEqual(sight);
    const next = { ...sight, nonce: null, revision: "4.y", boottimeMs: 10_000 };
    await sightings.save("orders", next);
    expect(await sightings.load("orders")).toEqual(next);
    expect(readdirSync(directory).toSorted()).toEqual(["orders.sighting", "store.id"]);
  });

  test("refuse names that are none", async () => {
    const { directory } = await open(temporaryFolders());
    await expect(async () => fileSightings(directory).load("../up")).rejects.toMatchObject({ code: "EUSAGE" });
  });
});
