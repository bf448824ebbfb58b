import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { listStatusTails } from "../src/index.ts";
import { acquire, event, open, record, renew, temporaryFolders } from "./support.ts";

describe("a file store", () => {
  test("keeps what was committed, for every process that opens the folder", async () => {
    const folders = temporaryFolders();
    const one = await open(folders);
    const acquired = await acquire(one, "orders");
    const two = await open(folders);
    expect(await two.read("orders")).toEqual(acquired);
    const renewed = await renew(two, acquired);
    expect((await one.read("orders")).record).toEqual(renewed.record);
    expect(await one.list()).toEqual(["orders"]);
  });

  test("lists a lease whose journal is lost, since its floor still forbids epochs", async () => {
    const folders = temporaryFolders();
    const store = await open(folders);
    await acquire(store, "orders");
    await acquire(store, "payments");
    rmSync(join(folders.directory, "orders.journal.jsonl"));
    expect(await store.list()).toEqual(["orders", "payments"]);
    expect(listStatusTails(folders.directory)).toEqual(["orders", "payments"]);
    rmSync(folders.floorDirectory, { recursive: true });
    expect(await store.list()).toEqual(["payments"]);
  });

  test("lets one of several writers win", async () => {
    const folders = temporaryFolders();
    const stores = await Promise.all([open(folders), open(folders), open(folders)]);
    const [before] = await Promise.all(stores.map((store) => store.read("orders")));
    if (before === undefined) throw new Error("no snapshot");
    const outcomes = await Promise.all(
      stores.map((store) => {
        const next = record("orders", 1);
        return store.compareAndSwap(before, next, event("lease.acquired", next), { durable: true });
      }),
    );
    expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(["committed", "conflict", "conflict"]);
  });

  test("sends nothing once its caller has given up, and says so", async () => {
    const store = await open(temporaryFolders());
    const before = await store.read("orders");
    const next = record("orders", 1);
    const cause = new Error("enough");
    const options = { durable: true, signal: AbortSignal.abort(cause) };
    await expect(store.compareAndSwap(before, next, event("lease.acquired", next), options)).rejects.toMatchObject({
      code: "EABORTED",
      facts: { name: "orders" },
      cause,
    });
    expect(await store.read("orders")).toEqual(before);
  });

  test("watches: the present state, then each newer one, until it is told to stop", async () => {
    const folders = temporaryFolders();
    const watching = await open(folders);
    const writing = await open(folders);
    const stop = new AbortController();
    const seen: (number | null)[] = [];
    for await (const { record: found } of watching.watch("orders", { signal: stop.signal })) {
      seen.push(found?.epoch ?? null);
      if (seen.length === 3) stop.abort();
      else await acquire(writing, "orders");
    }
    expect(seen).toEqual([null, 1, 2]);
  });

  test("writes files that only their owner may read, in folders that only their owner may enter", async () => {
    const folders = temporaryFolders();
    const store = await open(folders);
    await acquire(store, "orders");
    await store.close();
    for (const directory of [folders.directory, folders.floorDirectory]) {
      expect(statSync(directory).mode & 0o777).toBe(0o700);
      for (const file of readdirSync(directory))
        expect([file, statSync(join(directory, file)).mode & 0o777]).toEqual([file, 0o600]);
    }
    expect(JSON.parse(readFileSync(join(folders.directory, "orders.json"), "utf8"))).toMatchObject({
      name: "orders",
      epoch: 1,
    });
  });
});
