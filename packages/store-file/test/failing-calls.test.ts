import { readlinkSync } from "node:fs";
import type { LeaseRecord } from "@tenure/schema";
import { describe, expect, test } from "vitest";
import { openFileStore, systemFiles } from "../src/index.ts";
import type { FileSystem } from "../src/index.ts";
import { faultyFiles } from "./faulty-files.ts";
import type { Fault } from "./faulty-files.ts";
import { acquire, event, open, record, renew, temporaryFolders } from "./support.ts";
import type { Folders } from "./support.ts";

/** More calls than any of these stories makes. */
const CALLS_MAX = 400;

/** What a process did, and how sure it may be of it. */
interface Story {
  /** Its last write that was acknowledged. */
  committed: LeaseRecord | null;
  /** Writes that may have taken effect or not. */
  unknown: LeaseRecord[];
  /** Writes of which it is known that they did not. */
  refused: LeaseRecord[];
}

const faults: Fault[] = [
  { code: "EIO", when: "before" },
  { code: "EIO", when: "after" },
  { code: "ENOSPC", when: "before" },
  { code: "EMFILE", when: "before" },
  "short",
];

describe("F2 the Nth file call fails", () => {
  for (const fault of faults) {
    const title =
      fault === "short" ? "writes half of what it should" : `reports ${fault.code} ${fault.when} it took effect`;
    test(`and ${title}: what is said of each write is true, and the next process goes on`, async () => {
      let hits = 0;
      for (let at = 1; at <= CALLS_MAX; at += 1) {
        const folders = temporaryFolders();
        const first = await open(folders);
        await acquire(first, "orders");
        await first.close();
        const { files, made, hit } = faultyFiles(at, fault);
        const story = await tell(folders, files);
        if (hit() !== null) hits += 1;
        await judge(folders, story, `call ${at}, ${hit()}`);
        if (made() < at) break;
      }
      expect(hits).toBeGreaterThan(20);
    }, 120_000);
  }
});

describe("F2 a sync that fails", () => {
  test("is heard of by the write whose line it was to keep, though a takeover is rehearsed meanwhile", async () => {
    const folders = temporaryFolders();
    await acquire(await open(folders), "orders", { holderIdentity: null, holder: null });
    // A kernel tells each open file of it once.
    let told = true;
    const stop = new AbortController();
    const files: FileSystem = {
      ...systemFiles,
      appendNow: (fd, bytes) => {
        const written = systemFiles.appendNow(fd, bytes);
        if (!bytes.includes("lease.acquired")) return written;
        told = false;
        void store.watch("orders", stop).next();
        return written;
      },
      datasync: (fd) => {
        if (told) return systemFiles.datasync(fd);
        told = true;
        return Promise.reject(Object.assign(new Error("EIO: injected"), { code: "EIO" }));
      },
    };
    const store = await open({ ...folders, fileSystem: files });
    await expect(acquire(store, "orders")).rejects.toThrow('"unknown"');
    stop.abort();
  });

  test("is not tried again on the same file: what must be durable next goes into a new segment, with the whole record", async () => {
    const folders = temporaryFolders();
    await acquire(await open(folders), "orders");
    let failing = false;
    const synced: string[] = [];
    const datasync = (fd: number): Promise<void> => {
      synced.push(readlinkSync(`/proc/self/fd/${fd}`));
      return failing ? Promise.reject(Object.assign(new Error("EIO"), { code: "EIO" })) : systemFiles.datasync(fd);
    };
    const store = await open({ ...folders, fileSystem: { ...systemFiles, datasync } });
    const before = await store.read("orders");
    failing = true;
    const next = record("orders", 2);
    const swapped = await store.compareAndSwap(before, next, event("lease.acquired", next), { durable: true });
    expect(swapped).toMatchObject({
      outcome: "unknown",
      cause: { code: "ESTOREUNAVAILABLE", message: expect.stringContaining("sync") },
    });
    failing = false;
    const found = await store.read("orders");
    expect(found.record?.nonce).toBe(next.nonce);
    await acquire(store, "orders");
    expect(synced.at(-1)).toContain("000002.jsonl");
    expect(await store.verify("orders")).toMatchObject({ segments: 2, problems: [] });
  });
});

/** Opens, leads, renews twice, leads again; goes on after each failure as a client would. */
async function tell(folders: Folders, fileSystem: FileSystem): Promise<Story> {
  const story: Story = { committed: null, unknown: [], refused: [] };
  const store = await openFileStore({ ...folders, fileSystem }).catch(() => null);
  if (store === null) return story;
  for (const step of ["lead", "renew", "renew", "lead"] as const) {
    const before = await store.read("orders").catch(() => null);
    if (before === null || before.record === null) continue;
    const epoch = step === "lead" ? Math.max(before.epochFloor, before.record.epoch) + 1 : before.record.epoch;
    const next = record("orders", epoch);
    const type = step === "lead" ? "lease.acquired" : "lease.renewed";
    const outcome = await store
      .compareAndSwap(before, next, event(type, next), { durable: step === "lead" })
      .catch(() => ({ outcome: "refused" as const }));
    if (outcome.outcome === "committed") story.committed = next;
    else if (outcome.outcome === "unknown") story.unknown.push(next);
    else story.refused.push(next);
  }
  await store.close().catch(() => {});
  return story;
}

async function judge(folders: Folders, story: Story, where: string): Promise<void> {
  const store = await open(folders);
  const nonces: string[] = [];
  for await (const entry of store.journal("orders")) nonces.push(entry.record.nonce);
  if (story.committed !== null) expect(nonces, `${where}: what was committed stands`).toContain(story.committed.nonce);
  for (const refused of story.refused)
    expect(nonces, `${where}: what was refused does not`).not.toContain(refused.nonce);
  expect((await store.verify("orders")).problems, where).toEqual([]);
  const before = await store.read("orders");
  const after = await acquire(store, "orders");
  expect(after.record?.epoch, where).toBeGreaterThan(before.record?.epoch ?? 0);
  await renew(store, after);
  await store.close();
}
