import { copyFileSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Snapshot } from "@tenure/core";
import { FakeClock } from "@tenure/core/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import type { FileStore } from "../src/index.ts";
import { startChild } from "./processes.ts";
import { acquire, open, renew, temporaryFolders } from "./support.ts";

/** Watches `orders` until the test ends; answers with what was seen so far. */
function watching(store: FileStore): Snapshot[] {
  const stop = new AbortController();
  const seen: Snapshot[] = [];
  const done = (async () => {
    for await (const snapshot of store.watch("orders", { signal: stop.signal })) seen.push(snapshot);
  })();
  onTestFinished(async () => {
    stop.abort();
    await done;
  });
  return seen;
}

/** The epoch last seen; `null` where there was no record. */
function newest(seen: readonly Snapshot[]): number | null | undefined {
  const last = seen.at(-1);
  return last?.record === null ? null : last?.record.epoch;
}

describe("F17 a watch", () => {
  test("tells what other processes write", async () => {
    const folders = temporaryFolders();
    const seen = watching(await open(folders));
    await startChild("leads.mjs", [JSON.stringify(folders), "orders", "20"]).all();
    await expect.poll(() => newest(seen), { timeout: 20_000 }).toBe(20);
    const revisions = seen.map(({ revision }) => revision);
    expect(new Set(revisions).size).toBe(revisions.length);
  });

  test("tells that the journal was replaced, removed, or lost with its folder, and what comes after", async () => {
    const folders = temporaryFolders();
    const writer = await open(folders);
    const file = join(folders.directory, "orders.journal.jsonl");
    await acquire(writer, "orders");
    copyFileSync(file, `${file}.old`);
    await acquire(writer, "orders");
    const seen = watching(await open(folders));
    await expect.poll(() => newest(seen), { timeout: 20_000 }).toBe(2);
    renameSync(`${file}.old`, file);
    await expect.poll(() => newest(seen), { timeout: 20_000 }).toBe(null);
    await acquire(writer, "orders");
    await expect.poll(() => newest(seen), { timeout: 20_000 }).toBe(3);
    rmSync(file);
    await expect.poll(() => newest(seen), { timeout: 20_000 }).toBe(null);
    await acquire(writer, "orders");
    await expect.poll(() => newest(seen), { timeout: 20_000 }).toBe(4);
    rmSync(folders.directory, { recursive: true });
    await expect.poll(() => newest(seen), { timeout: 20_000 }).toBe(null);
    mkdirSync(folders.directory, { mode: 0o700 });
    await renew(writer, await acquire(writer, "orders"));
    await expect.poll(() => seen.at(-1)?.record?.renewals, { timeout: 20_000 }).toBe(1);
    expect(newest(seen)).toBe(5);
  });

  test("watches the folder that took the place of a removed one, and does not just poll", async () => {
    const folders = temporaryFolders();
    const writer = await open(folders);
    await acquire(writer, "orders");
    // On this clock nothing is polled but when the test says so.
    const clock = new FakeClock();
    const seen = watching(await open({ ...folders, clock }));
    await expect.poll(() => newest(seen), { timeout: 20_000 }).toBe(1);
    rmSync(folders.directory, { recursive: true });
    await expect.poll(() => newest(seen), { timeout: 20_000 }).toBe(null);
    await acquire(writer, "orders");
    await clock.advance(1_000);
    await expect.poll(() => newest(seen), { timeout: 20_000 }).toBe(2);
    await acquire(writer, "orders");
    await expect.poll(() => newest(seen), { timeout: 20_000 }).toBe(3);
  });

  test("keeps a process running while it waits, and no longer", async () => {
    const folders = temporaryFolders();
    const child = startChild("watches.mjs", [JSON.stringify(folders), "orders"]);
    expect(await child.next()).toEqual({ epoch: null });
    const writer = await open(folders);
    await acquire(writer, "orders");
    expect(await child.all()).toEqual([{ epoch: null }, { epoch: 1 }]);
    expect(child.process.exitCode).toBe(0);
  });
});
