import { StorageType } from "@nats-io/jetstream";
import { createLeaseClient, type LeaseClient, type LeaseStore } from "@tenure/core";
import { eventFor, heldRecord } from "@tenure/core/testing";
import { startNatsCluster } from "@tenure/engines";
import { thisHost } from "@tenure/host";
import { describe, expect, onTestFinished, test } from "vitest";
import { busy, freshBucket, openStore, operator, ownServer, proxied, skipped, urlOf } from "./server.ts";

describe.skipIf(skipped !== null)(`NATS fails${skipped === null ? "" : `: ${skipped}`}`, () => {
  test("a race that is lost against a write in process, as newer servers tell it, is a conflict", async () => {
    const bucket = freshBucket();
    const newer = await busy();
    const [winner, loser] = [await openStore({ url: urlOf(bucket) }), await openStore({ url: urlOf(bucket, newer) })];
    const [before, first, second] = [await loser.read("orders"), heldRecord("orders", 1), heldRecord("orders", 1)];
    await winner.compareAndSwap(before, first, eventFor(first), { durable: true });
    newer.times = 1;
    expect(await loser.compareAndSwap(before, second, eventFor(second), { durable: true })).toEqual({
      outcome: "conflict",
    });
    expect(newer.times).toBe(0);
  });

  test("a reply that is lost after the commit is unknown, and what was written stands", async () => {
    const proxy = await proxied();
    const store = await openStore({ url: urlOf(freshBucket(), proxy) });
    const [before, record] = [await store.read("orders"), heldRecord("orders", 1)];
    proxy.weather = "drops replies";
    const giveUp = new AbortController();
    const swapping = store.compareAndSwap(before, record, eventFor(record), { durable: true, signal: giveUp.signal });
    await proxy.dropped();
    giveUp.abort(new Error("no answer"));
    expect(await swapping).toMatchObject({ outcome: "unknown" });
    proxy.weather = "fair";
    expect((await store.read("orders")).record?.nonce).toBe(record.nonce);
  });

  test("a connection that breaks under a write leaves it unknown, and it is not sent again", async () => {
    const proxy = await proxied();
    const store = await openStore({ url: urlOf(freshBucket(), proxy) });
    const [before, record] = [await store.read("orders"), heldRecord("orders", 1)];
    proxy.weather = "drops requests";
    const swapping = store.compareAndSwap(before, record, eventFor(record), { durable: true });
    await proxy.dropped();
    proxy.weather = "fair";
    proxy.cut();
    expect(await swapping).toMatchObject({ outcome: "unknown" });
    expect((await store.read("orders")).record).toBeNull();
  });

  test("a server that answers late is given up in time; one that is waited for has committed", async () => {
    const proxy = await proxied();
    const store = await openStore({ url: urlOf(freshBucket(), proxy) });
    const [before, record] = [await store.read("orders"), heldRecord("orders", 1)];
    proxy.weather = { delayMs: 200 };
    const late = await store.compareAndSwap(before, record, eventFor(record), { durable: true });
    if (late.outcome !== "committed") throw new Error(late.outcome);
    const next = heldRecord("orders", 1, { renewals: 1 });
    const options = { durable: true, signal: AbortSignal.timeout(50) };
    const swapped = await store.compareAndSwap(late.snapshot, next, eventFor(next), options);
    expect(swapped).toMatchObject({ outcome: "unknown", cause: { code: "ESTOREUNAVAILABLE" } });
    proxy.weather = "fair";
    expect([record.nonce, next.nonce]).toContain(await nonceIn(store));
  });

  test("a partition is told in time, and the next request after it goes through", async () => {
    const proxy = await proxied();
    const store = await openStore({ url: urlOf(freshBucket(), proxy) });
    await write(store, 1);
    proxy.weather = "drops everything";
    await expect(store.read("orders", { signal: AbortSignal.timeout(100) })).rejects.toThrow(/timeout/u);
    proxy.weather = "fair";
    expect(await store.read("orders")).toMatchObject({ record: { epoch: 1 } });
  });

  test("connections that are ended end watches with an error, and the next request goes through", async () => {
    const proxy = await proxied();
    const store = await openStore({ url: urlOf(freshBucket(), proxy) });
    const watching = store.watch("orders", { signal: AbortSignal.timeout(60_000) })[Symbol.asyncIterator]();
    expect((await watching.next()).value).toMatchObject({ record: null });
    const ended = expect(watching.next()).rejects.toMatchObject({ code: "ESTOREUNAVAILABLE" });
    proxy.cut();
    await ended;
    await expect.poll(() => nonceIn(store).catch(() => "unread")).toBeUndefined();
  });

  test("kill -9 and a restart lose nothing that was acknowledged; a client goes on by itself", async () => {
    const own = await ownServer();
    const lease = await clientOf(await openStore({ url: own.url }), "blue").acquire("orders");
    await own.crash();
    await expect(lease.renew()).rejects.toThrow();
    await own.restart();
    const isRenewed = (): Promise<boolean> =>
      lease.renew().then(
        () => true,
        () => false,
      );
    await expect.poll(isRenewed, { timeout: 20_000 }).toBe(true);
    expect(await clientOf(await openStore({ url: own.url }), "green").status("orders")).toMatchObject({ epoch: 1 });
    await lease.release();
  });

  test("a bucket restored from an older copy is not believed, until an operator raises its floor", async () => {
    const own = await ownServer();
    const store = await openStore({ url: own.url });
    await write(store, 3);
    const goBack = await own.backUp();
    await write(store, 7);
    await goBack();
    const failure = await failureOf(store.read("orders"));
    expect(failure).toMatchObject({ code: "EEPOCHREGRESSION", facts: { name: "orders", epoch: 7 } });
    await (await operator("tenure", own)).runPut(failure.message);
    expect(await store.read("orders")).toMatchObject({ record: null, epochFloor: 7, floorWaitMs: 15_000 });
    expect(await write(store, 8)).toMatchObject({ record: { epoch: 8 } });
  });

  test.for(["only read it", "wrote it itself"])(
    "what was read before a restore matches nothing that was written after it, though numbers come again: by one who %s",
    async (who) => {
      const own = await ownServer();
      const [before, idle] = [await openStore({ url: own.url }), await openStore({ url: own.url })];
      const after = who === "wrote it itself" ? before : idle;
      await write(before, 1);
      const goBack = await own.backUp();
      const expected = await write(before, 2);
      await goBack();
      const again = await write(await openStore({ url: own.url }), 2);
      expect(numberOf(again.revision)).toBe(numberOf(expected.revision));
      const record = heldRecord("orders", 3);
      const swapped = await after.compareAndSwap(expected, record, eventFor(record), { durable: true });
      expect(swapped).toEqual({ outcome: "conflict" });
      // It is in the bucket, and counts for nobody but as an epoch that was used up.
      expect(await after.read("orders")).toMatchObject({ record: null, epochFloor: 3, floorWaitMs: 15_000 });
      expect(await epochsIn(after)).toEqual([1, 2]);
      expect(await write(after, 4)).toMatchObject({ record: { epoch: 4 } });
    },
  );

  test("a server that lost its data is not believed, neither by a reader nor by a writer", async () => {
    const own = await ownServer();
    const store = await openStore({ url: own.url });
    const [before, never] = [await write(store, 7), await store.read("unseen")];
    await own.wipe();
    const gone = { code: "EEPOCHREGRESSION", facts: { name: "orders", epoch: 7 } };
    await expect.poll(() => failureOf(store.read("orders")), { timeout: 20_000 }).toMatchObject(gone);
    await expect(store.read("unseen")).rejects.toThrow(/holds no store any more/u);
    await expect(store.list()).rejects.toThrow(/holds no store any more/u);
    await expect(store.journal("orders")[Symbol.asyncIterator]().next()).rejects.toMatchObject(gone);
    const next = heldRecord("orders", 8);
    await expect(store.compareAndSwap(before, next, eventFor(next), { durable: true })).rejects.toMatchObject(gone);
    await expect(openStore({ url: own.url, storeId: store.storeId })).rejects.toMatchObject({ code: "ECONFIG" });
    // Made anew by another, it is another store, and takes nothing for this one.
    const other = await openStore({ url: own.url });
    expect(other.storeId).not.toBe(store.storeId);
    const first = heldRecord("unseen", 1);
    const swapping = store.compareAndSwap(never, first, eventFor(first), { durable: true });
    await expect(swapping).rejects.toThrow(/holds store .* now/u);
    expect(await other.read("unseen")).toMatchObject({ record: null });
    await expect(store.list()).rejects.toThrow(/holds store .* now/u);
  });

  test("a bucket in memory is refused: a restart would begin its epochs again", async () => {
    const own = await ownServer();
    const { manager } = await operator("tenure", own);
    await manager.streams.add({ name: "KV_tenure", subjects: ["$KV.tenure.>"], storage: StorageType.Memory });
    await expect(openStore({ url: own.url })).rejects.toMatchObject({
      code: "ECONFIG",
      message: /kept in memory.*begin the epochs again/u,
    });
    await own.restart();
    expect((await openStore({ url: own.url })).guarantees).toMatchObject({ engine: "nats" });
  });

  test("a lease deleted with the tools of NATS is a lost one, whose epochs are not issued again", async () => {
    const bucket = freshBucket();
    const [store, ops] = [await openStore({ url: urlOf(bucket) }), await operator(bucket)];
    for (const epoch of [1, 2, 7]) await write(store, epoch);
    await ops.remove("orders");
    await ops.remove("orders");
    const lost = await store.read("orders");
    expect(lost).toMatchObject({ record: null, epochFloor: 7, floorWaitMs: 15_000 });
    const again = heldRecord("orders", 7);
    await expect(store.compareAndSwap(lost, again, eventFor(again), { durable: true })).rejects.toMatchObject({
      code: "EEPOCHREGRESSION",
    });
    expect(await write(store, 8)).toMatchObject({ record: { epoch: 8 } });
    expect(await epochsIn(store)).toEqual([1, 2, 7, 8]);
  });

  test("an old record that somebody puts back changes nothing", async () => {
    const bucket = freshBucket();
    const [store, ops] = [await openStore({ url: urlOf(bucket) }), await operator(bucket)];
    await write(store, 1);
    const old = await ops.get("orders");
    const { record } = await write(store, 2);
    await ops.put("orders", old);
    expect(await store.read("orders")).toMatchObject({ record, epochFloor: 2 });
    expect(await write(store, 3)).toMatchObject({ record: { epoch: 3 } });
  });

  test("what cannot be read is refused with its place, and nothing is overwritten until somebody deletes it", async () => {
    const bucket = freshBucket();
    const [store, ops] = [await openStore({ url: urlOf(bucket) }), await operator(bucket)];
    await write(store, 5);
    await ops.put("orders", "{");
    const refused = { code: "ESTATECORRUPT", message: new RegExp(`${bucket}.orders, message \\d+`, "u") };
    await expect(store.read("orders")).rejects.toMatchObject(refused);
    expect(await ops.get("orders")).toBe("{");
    await ops.remove("orders");
    expect(await store.read("orders")).toMatchObject({ record: null, epochFloor: 5 });
  });

  test("nothing in a bucket that tenure made can be purged", async () => {
    const bucket = freshBucket();
    const [store, { manager, stream }] = [await openStore({ url: urlOf(bucket) }), await operator(bucket)];
    await write(store, 5);
    await expect(manager.streams.purge(stream)).rejects.toThrow(/not permitted/u);
    await expect(manager.streams.deleteMessage(stream, 2)).rejects.toThrow(/not permitted/u);
    expect(await store.read("orders")).toMatchObject({ record: { epoch: 5 } });
  });

  test("of writes that a cluster let in at once under one number, one counts", async () => {
    const [url] = await cluster();
    const stores = await Promise.all(Array.from({ length: 3 }, () => openStore({ url: url ?? "" })));
    for (let epoch = 1; epoch <= 20; epoch += 1) {
      // All have read before the first one writes: who reads later may rightly write after it.
      const read = await Promise.all(stores.map(async (store) => ({ store, expected: await store.read("orders") })));
      const writing = Array.from({ length: 4 }, () => read).flat();
      const outcomes = await Promise.all(
        writing.map(async ({ store, expected }) => {
          const record = heldRecord("orders", epoch);
          return await store.compareAndSwap(expected, record, eventFor(record), { durable: true });
        }),
      );
      expect(outcomes.filter(({ outcome }) => outcome === "committed")).toHaveLength(1);
    }
  }, 60_000);

  test("the loss of a member takes nothing from a cluster; the loss of two is told", async () => {
    const [url, members] = await cluster();
    const store = await openStore({ url });
    expect(store.guarantees).toMatchObject({ survivesFailover: true });
    await write(store, 1);
    await members[0]?.crash();
    const read = (): Promise<unknown> => store.read("orders", { signal: AbortSignal.timeout(1_000) }).catch(() => null);
    await expect.poll(read, { timeout: 20_000 }).toMatchObject({ epochFloor: 1 });
    await expect.poll(() => write(store, 2).catch(() => null), { timeout: 20_000 }).toMatchObject({ epochFloor: 2 });
    const before = await store.read("orders", { signal: AbortSignal.timeout(5_000) });
    await members[1]?.crash();
    const record = heldRecord("orders", 3);
    const options = { durable: true, signal: AbortSignal.timeout(1_000) };
    const outcome = await store.compareAndSwap(before, record, eventFor(record), options).catch(() => "rejected");
    expect(outcome).not.toMatchObject({ outcome: "committed" });
  }, 60_000);

  test("a waiting client takes over when the holder releases", async () => {
    const url = urlOf(freshBucket());
    const [blue, green] = [clientOf(await openStore({ url }), "blue"), clientOf(await openStore({ url }), "green")];
    const lease = await blue.acquire("orders");
    const waiting = green.acquire("orders");
    await lease.release();
    expect(await waiting).toMatchObject({ epoch: 2, holderIdentity: "green" });
  });
});

/** Three servers with one bucket on all of them, and a URL that names each. */
async function cluster(): Promise<readonly [string, NonNullable<Awaited<ReturnType<typeof startNatsCluster>>>]> {
  const members = (await startNatsCluster()) ?? [];
  for (const member of members) onTestFinished(() => member.stop());
  const [first, ...others] = members.map(({ port }) => `127.0.0.1:${port}`);
  const url = `nats://${first}?replicas=3&${others.map((it) => `server=${it}`).join("&")}`;
  // JetStream elects its leader some time after the servers answer.
  const opens = (): Promise<unknown> =>
    openStore({ url, signal: AbortSignal.timeout(1_000) }).catch((error: unknown) => error);
  await expect.poll(opens, { timeout: 30_000 }).toMatchObject({ guarantees: { survivesFailover: true } });
  return [url, members];
}

function clientOf(store: LeaseStore, holderIdentity: string): LeaseClient {
  return createLeaseClient({ ...thisHost({ holderIdentity }), store, timing: { leaseDurationMs: 30_000 } });
}

async function write(store: LeaseStore, epoch: number): ReturnType<LeaseStore["read"]> {
  const record = heldRecord("orders", epoch);
  const options = { durable: true, signal: AbortSignal.timeout(5_000) };
  const swapped = await store.compareAndSwap(await store.read("orders", options), record, eventFor(record), options);
  if (swapped.outcome !== "committed") throw new Error(`the write was ${swapped.outcome}`);
  return swapped.snapshot;
}

async function nonceIn(store: LeaseStore): Promise<string | undefined> {
  return (await store.read("orders")).record?.nonce;
}

async function epochsIn(store: LeaseStore): Promise<number[]> {
  const epochs: number[] = [];
  for await (const { record } of store.journal("orders")) epochs.push(record.epoch);
  return epochs;
}

async function failureOf(work: Promise<unknown>): Promise<Error> {
  const [settled] = await Promise.allSettled([work]);
  if (settled.status === "fulfilled") throw new Error("it did not fail");
  return settled.reason as Error;
}

function numberOf(revision: string): string | undefined {
  return revision.split(".")[0];
}
