import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FakeClock } from "@tenure/core/testing";
import type { LeaseRecord } from "@tenure/schema";
import { describe, expect, onTestFinished, test } from "vitest";
import { systemSurroundings } from "../src/surroundings.ts";
import { acquire, open, renew, temporaryFolders } from "./support.ts";
import type { Folders } from "./support.ts";

const mirror = ({ directory }: Folders): string => join(directory, "orders.json");
const shown = (folders: Folders): Record<string, unknown> =>
  JSON.parse(readFileSync(mirror(folders), "utf8")) as Record<string, unknown>;

describe("the mirror, NAME.json", () => {
  test("shows a transition at once, and renewals once in half a lease duration at most", async () => {
    const folders = temporaryFolders();
    const clock = new FakeClock();
    const store = await open({ ...folders, clock });
    let held = await acquire(store, "orders");
    await clock.advance(10);
    await expect.poll(() => existsSync(mirror(folders)), { timeout: 20_000 }).toBe(true);
    expect(shown(folders)["epoch"]).toBe(1);
    for (let count = 0; count < 5; count += 1) held = await renew(store, held);
    expect(shown(folders)["renewals"]).toBe(0);
    await clock.advance(7_499);
    expect(clock.pendingTimers).toBe(1);
    await clock.advance(1);
    await expect.poll(() => shown(folders)["renewals"], { timeout: 20_000 }).toBe(5);
    expect(shown(folders)).toMatchObject({
      storeId: store.storeId,
      revision: held.revision,
      nonce: held.record?.nonce,
    });
  });

  test("shows a renewal after a second, however short the lease or long ago the last one", async () => {
    const folders = temporaryFolders();
    const clock = new FakeClock();
    const store = await open({ ...folders, clock });
    let held = await acquire(store, "orders", { leaseDurationMs: 500 });
    await clock.advance(10);
    await expect.poll(() => existsSync(mirror(folders)), { timeout: 20_000 }).toBe(true);
    for (const [renewals, leaseDurationMs] of [
      [1, 500],
      [2, 15_000],
    ] as const) {
      await clock.advance(60_000);
      held = await renew(store, held, { leaseDurationMs });
      await clock.advance(1_000);
      await expect.poll(() => shown(folders)["renewals"], { timeout: 20_000 }).toBe(renewals);
    }
  });

  test("is not kept waiting by a busy lease, nor written for each of its transitions", async () => {
    const folders = temporaryFolders();
    const clock = new FakeClock();
    const writes: string[] = [];
    const mirrorWriter = {
      prepare: () => Promise.resolve(),
      write: (_path: string, text: string) => Promise.resolve(void writes.push(text)),
    };
    const store = await open({ ...folders, clock, surroundings: { ...systemSurroundings, mirrorWriter } });
    for (let transitions = 0; transitions < 100; transitions += 1) {
      await acquire(store, "orders");
      await clock.advance(5);
    }
    expect(writes).toHaveLength(2);
    await clock.advance(250);
    expect(writes.map((text) => (JSON.parse(text) as LeaseRecord).epoch)).toEqual([2, expect.any(Number), 100]);
  });

  test("is written out when the store is closed", async () => {
    const folders = temporaryFolders();
    const store = await open(folders);
    await renew(store, await acquire(store, "orders"));
    await store.close();
    expect(shown(folders)["renewals"]).toBe(1);
  });

  test("never goes back: an older state does not overwrite a newer one", async () => {
    const folders = temporaryFolders();
    const store = await open(folders);
    const held = await acquire(store, "orders");
    await expect.poll(() => existsSync(mirror(folders)), { timeout: 20_000 }).toBe(true);
    const future = { ...held.record, storeId: store.storeId, seq: 999 };
    writeFileSync(mirror(folders), JSON.stringify(future));
    await renew(store, held);
    await store.close();
    expect(shown(folders)["seq"]).toBe(999);
  });

  test("follows a journal that began anew after a loss", async () => {
    const folders = temporaryFolders();
    const store = await open(folders);
    let held = await acquire(store, "orders");
    for (let count = 0; count < 5; count += 1) held = await renew(store, held);
    await expect.poll(() => existsSync(mirror(folders)), { timeout: 20_000 }).toBe(true);
    rmSync(join(folders.directory, "orders.journal.jsonl"));
    await acquire(store, "orders");
    await store.close();
    expect(shown(folders)).toMatchObject({ epoch: 2, seq: 1 });
  });

  test("that is damaged, or of another store, is repaired by the next writer", async () => {
    for (const damage of ["", "garbage", "[]", JSON.stringify({ storeId: "another", seq: 999 })]) {
      const folders = temporaryFolders();
      const store = await open(folders);
      const held = await acquire(store, "orders");
      await store.close();
      writeFileSync(mirror(folders), damage);
      const next = await open(folders);
      await renew(next, held);
      await next.close();
      expect(shown(folders)).toMatchObject({ epoch: 1, renewals: 1 });
    }
  });

  test("that cannot be written is told, and the lease goes on", async () => {
    const folders = temporaryFolders();
    const told: unknown[] = [];
    const store = await open({ ...folders, onMirrorError: (name) => told.push(name) });
    mkdirSync(mirror(folders));
    const held = await acquire(store, "orders");
    await renew(store, held);
    await store.close();
    expect(told).toContain("orders");
  });

  test("that cannot be written is warned of once, where nobody asked to be told", async () => {
    const folders = temporaryFolders();
    const warned: string[] = [];
    const note = ({ message }: Error): void => void warned.push(message);
    process.on("warning", note);
    onTestFinished(() => void process.off("warning", note));
    const store = await open(folders);
    for (const name of ["orders", "bills"]) {
      mkdirSync(join(folders.directory, `${name}.json`));
      await acquire(store, name);
    }
    await store.close();
    process.emitWarning("the last one");
    while (!warned.includes("the last one")) await once(process, "warning");
    expect(warned).toEqual([expect.stringMatching(/readable copy of lease orders cannot be written/u), "the last one"]);
  });
});
