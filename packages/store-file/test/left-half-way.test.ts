import { EventEmitter, once } from "node:events";
import { constants, existsSync, statSync, truncateSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { systemFiles } from "../src/index.ts";
import type { FileSystem } from "../src/index.ts";
import { segmentPath } from "../src/layout.ts";
import { acquire, open, renew, temporaryFolders } from "./support.ts";

const failure = (code: string): Error => Object.assign(new Error(`${code}: injected`), { code });

describe("what another left half-way, or a disk in trouble", () => {
  test("F4 a journal that was opened while the disk was read-only is written to when it is not any more", async () => {
    const folders = temporaryFolders();
    await acquire(await open(folders), "job", { holderIdentity: null, holder: null });
    let readOnly = true;
    const files: FileSystem = {
      ...systemFiles,
      open: (path, flags) => {
        if (readOnly && (flags & constants.O_RDWR) !== 0) throw failure("EROFS");
        return systemFiles.open(path, flags);
      },
    };
    const store = await open({ ...folders, fileSystem: files });
    await expect(acquire(store, "job")).rejects.toMatchObject({ code: "EPERMISSION" });
    readOnly = false;
    expect((await acquire(store, "job")).record?.epoch).toBeGreaterThan(1);
  });

  test("F1 a name whose maker died before it was durable is made so before anything is acknowledged", async () => {
    const folders = temporaryFolders();
    await acquire(await open(folders), "job", { holderIdentity: null, holder: null });
    const paths = new Map<number, string>();
    const synced: string[] = [];
    const files: FileSystem = {
      ...systemFiles,
      open: (path, flags) => {
        const fd = systemFiles.open(path, flags);
        paths.set(fd, path);
        return fd;
      },
      sync: async (fd) => {
        synced.push(paths.get(fd) ?? "");
        await systemFiles.sync(fd);
      },
    };
    const store = await open({ ...folders, fileSystem: files });
    synced.length = 0;
    await acquire(store, "job");
    expect(synced.toSorted()).toEqual([store.directory, store.floorDirectory].toSorted());
    synced.length = 0;
    await acquire(store, "job");
    expect(synced).toEqual([]);
  });

  test("F2 a journal that is not trusted any more is gone on from, also when its next segment could not be begun at first", async () => {
    const folders = temporaryFolders();
    const fails = { datasync: false, create: false };
    const failOnce = (call: keyof typeof fails): void => {
      if (!fails[call]) return;
      fails[call] = false;
      throw failure("EIO");
    };
    const files: FileSystem = {
      ...systemFiles,
      datasync: async (fd) => {
        failOnce("datasync");
        await systemFiles.datasync(fd);
      },
      create: async (path) => {
        if (path.includes(".journal.")) failOnce("create");
        return await systemFiles.create(path);
      },
    };
    const store = await open({ ...folders, fileSystem: files });
    await acquire(store, "job");
    Object.assign(fails, { datasync: true, create: true });
    await expect(acquire(store, "job")).rejects.toThrow("unknown");
    await expect(acquire(store, "job")).rejects.toMatchObject({ code: "ESTOREUNAVAILABLE" });
    expect((await acquire(store, "job")).record?.epoch).toBeGreaterThan(2);
    expect((await store.verify("job")).problems).toEqual([]);
  });

  test("a full segment stays in use for as long as no file can be made to go on in", async () => {
    const folders = temporaryFolders();
    let room = true;
    const create: FileSystem["create"] = (path) =>
      room ? systemFiles.create(path) : Promise.reject(failure("ENOSPC"));
    const store = await open({ ...folders, fileSystem: { ...systemFiles, create }, segmentBytes: 2_000 });
    let standing = await acquire(store, "job");
    room = false;
    const first = segmentPath(folders.directory, "job", 1);
    while (statSync(first).size < 4_000) standing = await renew(store, standing);
    room = true;
    while (!existsSync(segmentPath(folders.directory, "job", 2))) standing = await renew(store, standing);
    expect((await store.verify("job")).problems).toEqual([]);
  });

  test("F10 a segment whose seal is cut away while the next one is begun is left all the same, by whoever looked between", async () => {
    const folders = temporaryFolders();
    const gate = new EventEmitter();
    const [asked, allowed] = [once(gate, "asked"), once(gate, "allowed")];
    const files: FileSystem = {
      ...systemFiles,
      link: async (from, to) => {
        if (to === segmentPath(folders.directory, "job", 2)) {
          gate.emit("asked");
          await allowed;
        }
        await systemFiles.link(from, to);
      },
    };
    const rotating = await open({ ...folders, fileSystem: files, segmentBytes: 2_000 });
    const first = segmentPath(folders.directory, "job", 1);
    let standing = await acquire(rotating, "job");
    const { size } = statSync(first);
    while (statSync(first).size < 2_000) standing = await renew(rotating, standing);
    await asked;
    truncateSync(first, size);
    const [holder, reader] = [await open(folders), await open(folders)];
    const before = await holder.read("job");
    expect(await reader.read("job")).toEqual(before);
    expect(before.record).toMatchObject({ epoch: 1, renewals: 0 });
    gate.emit("allowed");
    await rotating.close();
    await expect(renew(holder, before)).rejects.toThrow('"unknown"');
    const found = await (await open(folders)).read("job");
    expect([await holder.read("job"), await reader.read("job")]).toEqual([found, found]);
    expect((await renew(holder, found)).record?.renewals).toBe((standing.record?.renewals ?? 0) + 1);
  });
});
