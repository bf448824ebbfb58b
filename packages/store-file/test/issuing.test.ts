import { copyFileSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { createLeaseClient } from "@tenure/core";
import type { LeaseClient, Snapshot, SwapOutcome } from "@tenure/core";
import { bootId, thisHost } from "@tenure/host";
import type { ProcessIdentity } from "@tenure/schema";
import { describe, expect, test } from "vitest";
import { systemFiles } from "../src/index.ts";
import type { FileStore, FileSystem } from "../src/index.ts";
import { segmentPath } from "../src/layout.ts";
import { readStatusTail } from "../src/status-tail.ts";
import { acquire, event, open, record, temporaryFolders } from "./support.ts";
import type { Folders } from "./support.ts";

const segment = ({ directory }: Folders, number = 1): string => segmentPath(directory, "orders", number);

function client(store: FileStore, holderIdentity: string): LeaseClient {
  return createLeaseClient({ ...thisHost({ holderIdentity }), store });
}

async function lead(store: FileStore, holderIdentity: string): Promise<number | undefined> {
  const lease = await client(store, holderIdentity).tryAcquire("orders");
  await lease?.release();
  return lease?.epoch;
}

describe("I2 an epoch that was issued once", () => {
  test("F10 is not issued by an idle process that did not see it, though its journal is as that one left it", async () => {
    const folders = temporaryFolders();
    const idle = await open(folders);
    for (let term = 0; term < 3; term += 1) await acquire(idle, "orders", { holderIdentity: null, holder: null });
    copyFileSync(segment(folders), `${segment(folders)}.copy`);
    const other = await open(folders);
    for (let term = 0; term < 4; term += 1) await acquire(other, "orders");
    copyFileSync(`${segment(folders)}.copy`, segment(folders));

    const before = await idle.read("orders");
    const next = record("orders", 4);
    const swapped = await idle.compareAndSwap(before, next, event("lease.acquired", next), { durable: true });
    expect(swapped).toEqual({ outcome: "conflict" });
    expect(await idle.read("orders")).toMatchObject({ record: null, epochFloor: 7 });
    expect((await acquire(idle, "orders")).record?.epoch).toBe(8);
  });

  // On the disk these two are the same: that an epoch was noted, and nobody knows more.
  test("F10 is not issued to one who looked before, though its note that it was published failed, and its journal is gone", async () => {
    const folders = temporaryFolders();
    const one = await open(folders);
    const before = await one.read("orders");
    const appendNow = (fd: number, bytes: Buffer): number => {
      if (bytes.includes('"published"')) throw Object.assign(new Error("disk full"), { code: "ENOSPC" });
      return systemFiles.appendNow(fd, bytes);
    };
    const other = await open({ ...folders, fileSystem: { ...systemFiles, appendNow } });
    expect((await acquire(other, "orders")).record?.epoch).toBe(1);
    rmSync(segment(folders));
    const late = record("orders", 1);
    const swapped = await one.compareAndSwap(before, late, event("lease.acquired", late), { durable: true });
    expect(swapped).toEqual({ outcome: "conflict" });
    expect(await one.read("orders")).toMatchObject({ record: null, epochFloor: 1 });
  });

  test("F10 is had by one, where the end of the journal is taken away before it was noted as published, and another comes", async () => {
    const folders = temporaryFolders();
    const other = await open(folders);
    const seen = await acquire(other, "orders", { holderIdentity: null, holder: null });
    let others: SwapOutcome | undefined;
    const store = await withoutItsLine(folders, async () => void (others = await claim(other, seen, "the-other")));
    expect(await claim(store, seen, "this-one")).toEqual({ outcome: "conflict" });
    expect(others?.outcome).toBe("committed");
  });

  test("F10 is led by nobody who cannot see it any more, where the end of the journal is taken away before it was noted", async () => {
    const folders = temporaryFolders();
    const seen = await acquire(await open(folders), "orders", { holderIdentity: null, holder: null });
    const store = await withoutItsLine(folders, () => Promise.resolve());
    const outcome = await claim(store, seen, "this-one");
    expect(outcome).toMatchObject({ outcome: "unknown", cause: { code: "ESTOREUNAVAILABLE" } });
  });

  test("is not issued to another while it is about to be published, though nothing stands there yet; the next one is", async () => {
    const folders = temporaryFolders();
    const one = await open(folders);
    const before = await one.read("orders");
    let publish = (): void => {};
    const published = new Promise<void>((resolve) => (publish = resolve));
    let reached = (): void => {};
    const noted = new Promise<void>((resolve) => (reached = resolve));
    const create = async (path: string): Promise<number> => {
      if (path.includes(".journal.")) {
        reached();
        await published;
      }
      return systemFiles.create(path);
    };
    const slow = await open({ ...folders, fileSystem: { ...systemFiles, create } });
    const claiming = acquire(slow, "orders");
    await noted;
    const second = record("orders", 1);
    const swapped = await one.compareAndSwap(before, second, event("lease.acquired", second), { durable: true });
    expect(swapped).toEqual({ outcome: "conflict" });
    expect(await one.read("orders")).toMatchObject({ record: null, epochFloor: 1 });
    expect((await acquire(one, "orders")).record?.epoch).toBe(2);
    publish();
    await expect(claiming).rejects.toThrow();
    expect((await one.read("orders")).record?.epoch).toBe(2);
  });
});

describe("a candidate", () => {
  test("leads beside another whose boot bears another name, as in containers that make up their own", async () => {
    const folders = temporaryFolders();
    const one = await open({ ...folders, bootId: "none:one" });
    const other = await open({ ...folders, bootId: "none:other" });
    const epochs: (number | undefined)[] = [];
    for (let turn = 0; turn < 3; turn += 1) epochs.push(await lead(one, "one"), await lead(other, "other"));
    expect(epochs).toEqual([1, 65, 129, 193, 257, 321]);
  });

  test("takes even the last epochs there are", async () => {
    const folders = temporaryFolders();
    const store = await open(folders);
    await acquire(store, "orders");
    const before = await store.read("orders");
    const last = record("orders", Number.MAX_SAFE_INTEGER - 1);
    const swapped = await store.compareAndSwap(before, last, event("lease.acquired", last), { durable: true });
    expect(swapped.outcome).toBe("committed");
  });

  const ways: Record<string, (folders: Folders) => void> = {
    "has gone on": (folders) => renameSync(segment(folders), segment(folders, 17)),
    "has led, and its journal was deleted": (folders) => rmSync(segment(folders)),
  };
  for (const [what, happen] of Object.entries(ways)) {
    test(`I1 paused before it began the journal does not lead when another has begun it and ${what}`, async () => {
      const folders = temporaryFolders();
      let resume = (): void => {};
      const resumed = new Promise<void>((resolve) => (resume = resolve));
      let reached = (): void => {};
      const paused = new Promise<void>((resolve) => (reached = resolve));
      const create = async (path: string): Promise<number> => {
        if (path.includes(".journal.")) {
          reached();
          await resumed;
        }
        return systemFiles.create(path);
      };
      const slow = await open({ ...folders, fileSystem: { ...systemFiles, create } });
      const late = record("orders", 1);
      const claiming = slow.compareAndSwap(await slow.read("orders"), late, event("lease.acquired", late), {
        durable: true,
      });
      await paused;
      await acquire(await open(folders), "orders");
      happen(folders);
      resume();
      expect((await claiming).outcome).toBe("unknown");
      expect((await slow.read("orders")).record?.nonce).not.toBe(late.nonce);
    });
  }

  test("I1 paused before it began the journal does not lead when another has led by that epoch, and its journal was deleted", async () => {
    const folders = temporaryFolders();
    const waitsAt = (part: string, reach: () => void, until: Promise<void>): FileSystem => ({
      ...systemFiles,
      create: async (path) => {
        if (path.includes(part)) {
          reach();
          await until;
        }
        return await systemFiles.create(path);
      },
    });
    const [looked, intended, led] = [signal(), signal(), signal()];
    const other = await open({ ...folders, fileSystem: waitsAt(".floor.", looked.tell, intended.told) });
    const store = await open({ ...folders, fileSystem: waitsAt(".journal.", intended.tell, led.told) });
    const others = claim(other, await other.read("orders"), "the-other");
    await looked.told;
    const late = claim(store, await store.read("orders"), "this-one");
    expect((await others).outcome).toBe("committed");
    rmSync(segment(folders));
    led.tell();
    expect(await late).toEqual({ outcome: "conflict" });
    // Its file has appeared all the same, and whoever reads it is told that this record is nobody's: also the one that wrote it.
    for (const reader of [store, await open(folders)]) {
      expect(await reader.read("orders")).toMatchObject({ record: null, epochFloor: 1 });
      expect(readStatusTail(folders.directory, "orders", bootId())).toBeUndefined();
    }
    expect((await acquire(store, "orders")).record?.epoch).toBe(2);
  });
});

test("I2 paused before its line does not lead when another has led by that epoch, and its line was cut off", async () => {
  const folders = temporaryFolders();
  const other = await open(folders);
  // With the next epoch a block of the floor ends, which is removed between the note of that epoch and its line.
  await acquire(other, "orders", { epoch: 64, holderIdentity: null, holder: null });
  const [noted, led] = [signal(), signal()];
  const unlink: FileSystem["unlink"] = async (path) => {
    if (path.endsWith(".floor.64.jsonl")) {
      noted.tell();
      await led.told;
    }
    await systemFiles.unlink(path);
  };
  const store = await open({ ...folders, fileSystem: { ...systemFiles, unlink } });
  const seen = await store.read("orders");
  const late = claim(store, seen, "this-one");
  await noted.told;
  expect((await claim(other, await other.read("orders"), "the-other")).outcome).toBe("committed");
  truncateSync(segment(folders), statSync(segment(folders)).size - 40);
  led.tell();
  expect(await late).toEqual({ outcome: "conflict" });
  for (const reader of [store, await open(folders)]) {
    expect(await reader.read("orders")).toMatchObject({ record: null, epochFloor: 65 });
    expect(readStatusTail(folders.directory, "orders", bootId())).toBeUndefined();
  }
  expect((await acquire(store, "orders")).record?.epoch).toBe(66);
});

/** A store whose next line is taken away as soon as it is durable, and what happens then. */
async function withoutItsLine(folders: Folders, then: () => Promise<void>): Promise<FileStore> {
  const whole = readFileSync(segment(folders));
  const datasync: FileSystem["datasync"] = async (fd) => {
    await systemFiles.datasync(fd);
    writeFileSync(segment(folders), whole);
    await then();
  };
  return await open({ ...folders, fileSystem: { ...systemFiles, datasync } });
}

/** Acquires above the epoch that was seen, as this instance. */
function claim(store: FileStore, seen: Snapshot, instanceId: string): Promise<SwapOutcome> {
  const epoch = seen.epochFloor + 1;
  const holder = { ...(record("orders", epoch).holder as ProcessIdentity), instanceId };
  const next = record("orders", epoch, { holder });
  return store.compareAndSwap(seen, next, event("lease.acquired", next), { durable: true });
}

function signal(): { readonly told: Promise<void>; readonly tell: () => void } {
  let tell = (): void => {};
  const told = new Promise<void>((resolve) => (tell = resolve));
  return { told, tell };
}

test("the segment in use is kept, whatever is asked for", async () => {
  for (const options of [{ segmentsKept: 0 }, { segmentsKept: NaN }, { segmentBytes: 0 }])
    await expect(open({ ...temporaryFolders(), ...options })).rejects.toMatchObject({ code: "ECONFIG" });
});
