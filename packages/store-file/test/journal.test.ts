import { appendFileSync, readdirSync, readFileSync, rmSync, statSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { bootId } from "@tenure/host";
import { describe, expect, test } from "vitest";
import { systemFiles } from "../src/index.ts";
import type { FileStore, FileStoreOptions } from "../src/index.ts";
import { layout } from "../src/layout.ts";
import { encodeLine } from "../src/line.ts";
import { readStatusTail } from "../src/status-tail.ts";
import { acquire, open, record, renew, temporaryFolders } from "./support.ts";
import type { Folders } from "./support.ts";

const segments = ({ directory }: Folders): string[] =>
  readdirSync(directory)
    .filter((file) => file.endsWith(".jsonl"))
    .toSorted();
const segmentBytes = 32 * 1024;

/** Leads until the journal has gone on to segment `number`. */
async function fillTo(store: FileStore, folders: Folders, number: number): Promise<void> {
  const file = layout.segment("orders", number);
  while (!segments(folders).includes(file)) await acquire(store, "orders");
}

/** As a rule segments are large; here they fill quickly. */
const openSmall = (options: FileStoreOptions): Promise<FileStore> => open({ segmentBytes, ...options });

describe("a journal", () => {
  test("goes on in a new segment, which others follow; the oldest are removed, the chain holds", async () => {
    const folders = temporaryFolders();
    const writer = await openSmall({ ...folders, segmentsKept: 3 });
    const follower = await openSmall(folders);
    await acquire(writer, "orders");
    await follower.read("orders");
    await fillTo(writer, folders, 2);
    // A revision outlives the rotation: whoever read before it may still write after it.
    expect((await follower.read("orders")).record).toEqual((await writer.read("orders")).record);
    const renewed = await renew(follower, await follower.read("orders"));
    expect(await writer.read("orders")).toEqual(renewed);
    await fillTo(writer, folders, 5);
    expect(segments(folders)).toEqual([
      "orders.journal.000003.jsonl",
      "orders.journal.000004.jsonl",
      "orders.journal.000005.jsonl",
    ]);
    const report = await writer.verify("orders");
    expect(report).toMatchObject({ segments: 3, problems: [], foreignLines: 0 });
    const epochs: number[] = [];
    for await (const entry of follower.journal("orders")) epochs.push(entry.record.epoch);
    expect(epochs).toEqual(epochs.toSorted((a, b) => a - b));
    expect(epochs.at(-1)).toBe((await writer.read("orders")).record?.epoch);
  }, 120_000);

  test("a rotation that was cut short after its seal is completed by the next writer", async () => {
    const folders = temporaryFolders();
    const died = { yet: false };
    // Dies, as far as the folder can tell, when it would link the next segment.
    const link = (from: string, to: string): Promise<void> =>
      died.yet || to.endsWith("000002.jsonl")
        ? ((died.yet = true), Promise.reject(new Error("killed")))
        : systemFiles.link(from, to);
    const dying = await openSmall({ ...folders, fileSystem: { ...systemFiles, link } });
    while (!died.yet) await acquire(dying, "orders").catch(() => {});
    expect(segments(folders)).toEqual(["orders.journal.jsonl"]);
    const store = await openSmall(folders);
    const before = await store.read("orders");
    const after = await renew(store, before);
    expect(segments(folders)).toEqual(["orders.journal.000002.jsonl", "orders.journal.jsonl"]);
    expect(await (await openSmall(folders)).read("orders")).toEqual(after);
    expect((await store.verify("orders")).problems).toEqual([]);
  }, 120_000);

  test("the newest segment is lost: the state went back, and that is noticed", async () => {
    const folders = temporaryFolders();
    const store = await openSmall(folders);
    await fillTo(store, folders, 2);
    const last = await acquire(store, "orders");
    unlinkSync(join(folders.directory, "orders.journal.000002.jsonl"));
    for (const witness of [store, await openSmall(folders)])
      expect(await witness.read("orders")).toMatchObject({ record: null, epochFloor: last.record?.epoch });
    expect((await acquire(store, "orders")).record?.epoch).toBe((last.record?.epoch ?? 0) + 1);
  }, 120_000);

  test("verify names a segment that is missing in the middle", async () => {
    const folders = temporaryFolders();
    const store = await openSmall(folders);
    await fillTo(store, folders, 3);
    rmSync(join(folders.directory, "orders.journal.000002.jsonl"));
    expect((await store.verify("orders")).problems).toEqual([
      expect.stringContaining("000003.jsonl, line 1: builds on a line that is not there"),
    ]);
  }, 120_000);

  test("resumes after a revision, and from the oldest line when that revision is not kept any more", async () => {
    const folders = temporaryFolders();
    const store = await openSmall({ ...folders, segmentsKept: 1 });
    const first = await acquire(store, "orders");
    await fillTo(store, folders, 2);
    const second = await acquire(store, "orders");
    await acquire(store, "orders");
    const after = async (revision: string): Promise<number[]> => {
      const epochs: number[] = [];
      for await (const entry of store.journal("orders", revision)) epochs.push(entry.record.epoch);
      return epochs;
    };
    const last = (second.record?.epoch ?? 0) + 1;
    expect(await after(second.revision)).toEqual([last]);
    const kept = await after(first.revision);
    expect(kept.slice(-2)).toEqual([last - 1, last]);
    expect(kept[0]).toBeGreaterThan(1);
  }, 120_000);

  test("renewals carry only what changed, and a fresh reader needs only the last few tens of kilobytes", async () => {
    const folders = temporaryFolders();
    const store = await open(folders);
    let held = await acquire(store, "orders");
    const { size: before } = statSync(join(folders.directory, "orders.journal.jsonl"));
    held = await renew(store, held);
    const { size: after } = statSync(join(folders.directory, "orders.journal.jsonl"));
    expect(after - before).toBeLessThan(before / 2);
    for (let count = 0; count < 500; count += 1) held = await renew(store, held);
    const read: number[] = [];
    const counting = {
      ...systemFiles,
      read: (...args: Parameters<typeof systemFiles.read>): number => {
        read.push(args[1].length);
        return systemFiles.read(...args);
      },
    };
    expect(await (await open({ ...folders, fileSystem: counting })).read("orders")).toEqual(held);
    expect(Math.max(...read)).toBeLessThanOrEqual(64 * 1024);
    expect(readStatusTail(folders.directory, "orders", bootId())).toEqual(held);
  });

  test("two builds share a folder: what a newer minor version added survives the older one's writes", async () => {
    const folders = temporaryFolders();
    const newer = await open(folders);
    const added = { schemaVersion: "1.9", shards: [1, { two: "2" }] };
    const held = await acquire(newer, "orders", added);
    const older = await open(folders);
    const renewed = await renew(older, await older.read("orders"));
    expect(renewed.record).toMatchObject(added);
    await commitReleased(older, renewed);
    const found = await newer.read("orders");
    expect(found.record).toMatchObject({ ...added, holderIdentity: null, epoch: held.record?.epoch });
  });

  test("a newer major version is refused with what to do, and not overwritten", async () => {
    const folders = temporaryFolders();
    const store = await open(folders);
    const { record: held } = await acquire(store, "orders");
    const file = join(folders.directory, "orders.journal.jsonl");
    const [line = ""] = readFileSync(file, "utf8").split("\n");
    const { sum, ...fields } = JSON.parse(line) as { sum: string };
    appendFileSync(file, encodeLine({ ...fields, seq: 2, prev: sum, record: { ...held, schemaVersion: "2.0" } }).text);
    const before = readFileSync(file);
    await expect((await open(folders)).read("orders")).rejects.toMatchObject({
      code: "ESCHEMAVERSION",
      facts: { name: "orders" },
      cause: { code: "ESCHEMAVERSION" },
    });
    expect(readFileSync(join(folders.directory, "orders.journal.jsonl")).equals(before)).toBe(true);
  });
});

describe("a record that readers would refuse", () => {
  test("is never written", async () => {
    const folders = temporaryFolders();
    const store = await open(folders);
    const held = await acquire(store, "orders");
    for (const wrong of [
      { leaseDurationMs: Number.NaN },
      { epoch: 2 ** 60 },
      { renewTime: "now" },
      { schemaVersion: "2.0" },
    ])
      await expect(renew(store, held, wrong)).rejects.toMatchObject({
        message: expect.stringContaining("cannot be written"),
      });
    expect(await store.read("orders")).toEqual(held);
  });
});

async function commitReleased(store: FileStore, before: Awaited<ReturnType<FileStore["read"]>>): Promise<void> {
  if (before.record === null) throw new Error("nothing to release");
  const next = { ...before.record, nonce: record("x", 1).nonce, holderIdentity: null, holder: null };
  const event = {
    type: "lease.released",
    name: "orders",
    time: "2026-01-01T00:00:00Z",
    epoch: next.epoch,
    holderIdentity: null,
  } as const;
  expect((await store.compareAndSwap(before, next, event, { durable: true })).outcome).toBe("committed");
}
