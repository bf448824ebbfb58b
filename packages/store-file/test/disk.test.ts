import { closeSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { LeaseError } from "@tenure/core";
import { describe, expect, onTestFinished, test } from "vitest";
import { openFileStore } from "../src/index.ts";
import { makeDisk, mountTmpfs, needMounts, run, succeeds } from "./mounts.ts";
import { startChild } from "./processes.ts";
import type { Child } from "./processes.ts";
import { acquire, event, open, record, renew, temporaryFolder } from "./support.ts";

describe("F1 a power cut", () => {
  for (const type of ["ext4", "xfs"] as const) {
    for (const cut of ["shutdown", "shutdown -f"]) {
      test(`on ${type} (${cut}) right after the very first term leaves its record, and which store it is`, async (context) => {
        needMounts(context, `mkfs.${type}`, "xfs_io", "umount");
        const disk = makeDisk(type);
        const folders = { directory: join(disk.folder, "state"), floorDirectory: join(disk.folder, "floor") };
        const child = startChild("leads.mjs", [JSON.stringify(folders), "orders", "1"]);
        const said = await child.all();
        await disk.cut(cut, () => Promise.resolve());
        const store = await openFileStore({ ...folders, bootId: "the next" });
        const found = await store.read("orders");
        expect(found).toMatchObject({ record: { epoch: 1, nonce: said.at(-1)?.nonce }, epochFloor: 64 });
        await store.close();
      }, 60_000);

      test(`on ${type} (${cut}) takes nothing that was acknowledged, and no epoch comes twice`, async (context) => {
        needMounts(context, `mkfs.${type}`, "xfs_io", "umount");
        const disk = makeDisk(type);
        const folders = { directory: join(disk.folder, "state"), floorDirectory: join(disk.folder, "floor") };
        let last = 0;
        for (let boot = 1; boot <= 3; boot += 1) {
          const child = startChild("leads.mjs", [
            JSON.stringify({ ...folders, bootId: `boot-${boot}` }),
            "orders",
            "100000",
          ]);
          // Some epochs in, at a moment that nobody chose.
          for (let heard = 0; heard < 5 + 9 * boot; heard += 1) await child.next();
          // In a real cut nobody is told anything after it. Here a sync that it overtakes may still report success.
          const told = Math.max(...epochsOf(child));
          await disk.cut(cut, () => child.all());
          const visible = Math.max(...epochsOf(child));
          expect(Math.min(...epochsOf(child))).toBeGreaterThan(last);
          const after = await openFileStore({ ...folders, bootId: `boot-${boot}b` });
          const found = await after.read("orders");
          expect(found.record?.epoch).toBeGreaterThanOrEqual(told);
          expect(found.epochFloor).toBeGreaterThanOrEqual(visible);
          expect((await after.verify("orders")).problems).toEqual([]);
          last = (await acquire(after, "orders")).record?.epoch ?? 0;
          expect(last).toBeGreaterThan(visible);
          await after.close();
        }
      }, 120_000);
    }
  }
});

describe("F3 a full disk", () => {
  test("fails the write, says so, and keeps what stands; with space it goes on", async (context) => {
    needMounts(context);
    const directory = join(mountTmpfs("size=1m"), "state");
    const store = await open({ directory, floorDirectory: join(temporaryFolder(), "floor") });
    const held = await acquire(store, "orders");
    const ballast = join(directory, "..", "ballast");
    fill(ballast);
    let last = held;
    const failure: unknown = await (async () => {
      for (let round = 0; round < 100; round += 1) last = await renew(store, last);
    })().catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: "ESTOREUNAVAILABLE",
      message: expect.stringMatching(/append to .*the disk is full/u),
    });
    expect(await store.read("orders")).toEqual(last);
    rmSync(ballast);
    const after = await renew(store, last);
    expect((await acquire(store, "orders")).record?.epoch).toBe((after.record?.epoch ?? 0) + 1);
    expect((await store.verify("orders")).problems).toEqual([]);
  });

  test("without inodes no journal begins, and nothing is left of the attempt", async (context) => {
    needMounts(context);
    const root = mountTmpfs("size=1m,nr_inodes=16");
    const directory = join(root, "state");
    const store = await open({ directory, floorDirectory: join(temporaryFolder(), "floor") });
    for (let file = 0; file < 32; file += 1) {
      try {
        closeSync(openSync(join(root, `inode-${file}`), "wx"));
      } catch {
        break;
      }
    }
    await expect(acquire(store, "orders")).rejects.toMatchObject({
      code: "ESTOREUNAVAILABLE",
      message: expect.stringContaining("the disk is full"),
    });
    expect(readdirSync(directory)).toEqual(["store.id"]);
    rmSync(join(root, "inode-0"));
    rmSync(join(root, "inode-1"));
    expect((await acquire(store, "orders")).record?.epoch).toBeGreaterThan(0);
  });
});

describe("F4 a file system that became read-only", () => {
  test("fails the write with the reason; what stands can still be read", async (context) => {
    needMounts(context);
    const root = mountTmpfs("size=1m");
    const folders = { directory: join(root, "state"), floorDirectory: join(temporaryFolder(), "floor") };
    const writer = await open(folders);
    const held = await acquire(writer, "orders");
    await writer.close();
    run("mount", "-o", "remount,ro", root);
    const store = await open(folders);
    expect(await store.read("orders")).toEqual(held);
    for (const write of [() => renew(store, held), () => acquire(store, "orders")])
      await expect(write()).rejects.toMatchObject({
        code: "EPERMISSION",
        message: expect.stringContaining("read-only"),
      });
    expect((await store.read("orders")).record).toEqual(held.record);
    run("mount", "-o", "remount,rw", root);
    await store.close();
    const after = await open(folders);
    await renew(after, await after.read("orders"));
  });
});

describe("F15 a container's overlay", () => {
  test("is recognised, and warned of", async (context) => {
    needMounts(context);
    const root = mountTmpfs("size=4m");
    for (const folder of ["lower", "upper", "work", "merged"]) mkdirSync(join(root, folder), { mode: 0o700 });
    const layers = `lowerdir=${root}/lower,upperdir=${root}/upper,workdir=${root}/work`;
    const merged = join(root, "merged");
    context.skip(!succeeds("mount", "-t", "overlay", "-o", layers, "overlay", merged), "needs overlayfs");
    onTestFinished(() => void succeeds("umount", merged));
    const store = await open({ directory: join(merged, "state"), floorDirectory: join(temporaryFolder(), "floor") });
    expect((await acquire(store, "orders")).record?.epoch).toBe(1);
    const { facts, warnings } = await store.probe();
    expect(facts["filesystem"]).toBe("overlay");
    expect(warnings.join()).toContain("use a volume");
  });
});

describe("F6 a disk that does not answer", () => {
  test("leaves the event loop alive; a write given up is unknown and says why; it thaws with nothing lost", async (context) => {
    needMounts(context, "mkfs.ext4", "fsfreeze", "umount");
    const disk = makeDisk("ext4");
    const store = await openFileStore({
      directory: join(disk.folder, "state"),
      floorDirectory: join(temporaryFolder(), "floor"),
    });
    const held = await acquire(store, "orders");
    run("fsfreeze", "-f", disk.folder);
    let frozen = true;
    const thaw = (): void => {
      if (frozen) run("fsfreeze", "-u", disk.folder);
      frozen = false;
    };
    onTestFinished(thaw);
    const next = { ...record("orders", 1), renewals: 1 };
    const write = (): ReturnType<typeof store.compareAndSwap> =>
      store.compareAndSwap(held, next, event("lease.renewed", next), {
        durable: false,
        signal: AbortSignal.timeout(300),
      });
    const first = await write();
    expect(first).toMatchObject({
      outcome: "unknown",
      cause: { code: "ESTOREUNAVAILABLE", message: expect.stringContaining("the disk is not answering") },
    });
    // A second write does not take a second thread, and is known not to have been sent.
    await expect(write()).rejects.toMatchObject({
      code: "ESTOREUNAVAILABLE",
      message: expect.stringContaining("nothing was sent"),
    });
    // What stands can be read: the answer is in memory.
    expect(await store.read("orders")).toEqual(held);
    thaw();
    await expect.poll(async () => (await store.read("orders")).record?.nonce, { timeout: 20_000 }).toBe(next.nonce);
    await store.close();
  });
});

function epochsOf({ said }: Child): number[] {
  return said.flatMap(({ epoch }) => epoch ?? []);
}

function fill(path: string): void {
  const fd = openSync(path, "wx");
  try {
    for (const size of [65_536, 4_096]) {
      try {
        for (;;) writeSync(fd, Buffer.alloc(size));
      } catch (error) {
        if (!(error instanceof Error) || error instanceof LeaseError) throw error;
      }
    }
  } finally {
    closeSync(fd);
  }
}
