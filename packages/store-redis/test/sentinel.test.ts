import { eventFor, heldRecord } from "@tenure/core/testing";
import { startSentinel } from "@tenure/engines";
import { Redis } from "ioredis";
import { describe, expect, onTestFinished, test } from "vitest";
import { follow, openStore, operator, ownServer, skipped } from "./server.ts";

const NAME = "tenure";

describe.skipIf(skipped !== null)(`under a Redis Sentinel${skipped === null ? "" : `: ${skipped}`}`, () => {
  test("a store does not follow a failover: it says what its server is, and the promoted one is the same store", async () => {
    const [primary, replica] = [await ownServer(), await ownServer()];
    const store = await openStore({ url: primary.url });
    const record = heldRecord("orders", 1);
    await store.compareAndSwap(await store.read("orders"), record, eventFor(record), { durable: true });
    await follow(replica, primary);
    const sentinel = await startSentinel(primary, NAME);
    onTestFinished(() => sentinel?.stop());
    const asked = new Redis(sentinel?.url ?? "");
    onTestFinished(() => asked.disconnect());
    // It hears of the replica from the primary.
    const replicas = (): Promise<unknown> => asked.call("SENTINEL", "REPLICAS", NAME);
    await expect.poll(replicas, { timeout: 30_000 }).toHaveLength(1);
    expect(await operator(primary).wait(1, 10_000)).toBe(1);

    await primary.crash();
    const promoted = (): Promise<unknown> => asked.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME);
    await expect.poll(promoted, { timeout: 30_000 }).toEqual(["127.0.0.1", String(replica.port)]);
    await expect(store.read("orders")).rejects.toMatchObject({
      code: "ESTOREUNAVAILABLE",
      message: /nothing listens there/u,
    });
    const there = await openStore({ url: replica.url, storeId: store.storeId });
    expect(await there.read("orders")).toMatchObject({ record: { epoch: 1 } });

    // It comes back as a primary of its own, until the Sentinel makes it a replica of the other: in its own time, which is not waited for.
    await primary.restart();
    await follow(primary, replica);
    await expect(store.read("orders")).rejects.toMatchObject({
      code: "ESTOREUNAVAILABLE",
      message: /is a replica, which takes no writes; name the primary/u,
    });
  }, 120_000);

  test("a Sentinel itself is taken for no store", async () => {
    const sentinel = await startSentinel(await ownServer(), NAME);
    onTestFinished(() => sentinel?.stop());
    await expect(openStore({ url: sentinel?.url })).rejects.toMatchObject({
      code: "ECONFIG",
      message: /is a Sentinel, .*name the primary/u,
    });
  });
});
