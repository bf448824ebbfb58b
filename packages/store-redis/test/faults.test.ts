import { createLeaseClient, type LeaseClient, type LeaseStore, type Snapshot } from "@tenure/core";
import { eventFor, heldRecord } from "@tenure/core/testing";
import { thisHost } from "@tenure/host";
import { describe, expect, test } from "vitest";
import { follow, freshPrefix, obey, openStore, operator, ownServer, proxied, skipped, write } from "./server.ts";

describe.skipIf(skipped !== null)(`Redis fails${skipped === null ? "" : `: ${skipped}`}`, () => {
  test("a reply that is lost after the commit is unknown, and what was written stands", async () => {
    const proxy = await proxied();
    const store = await openStore({ url: proxy.url, prefix: freshPrefix() });
    // From here on the server knows the script, and answers only once.
    const [before, record] = [await write(store, 1), heldRecord("orders", 2)];
    proxy.weather = "drops replies";
    const giveUp = new AbortController();
    const options = { durable: true, signal: giveUp.signal };
    const swapping = store.compareAndSwap(before, record, eventFor(record), options);
    await proxy.dropped();
    giveUp.abort(new Error("no answer"));
    expect(await swapping).toMatchObject({ outcome: "unknown" });
    proxy.weather = "fair";
    expect((await store.read("orders")).record?.nonce).toBe(record.nonce);
  });

  test("a connection that breaks under a write leaves it unknown, and it is not sent again", async () => {
    const proxy = await proxied();
    const store = await openStore({ url: proxy.url, prefix: freshPrefix() });
    const [before, record] = [await store.read("orders"), heldRecord("orders", 1)];
    proxy.weather = "drops requests";
    const swapping = store.compareAndSwap(before, record, eventFor(record), { durable: true });
    await proxy.dropped();
    proxy.weather = "fair";
    proxy.cut();
    expect(await swapping).toMatchObject({ outcome: "unknown" });
    expect((await store.read("orders")).record).toBeNull();
  });

  test("a paused server is given up in time, and answers a new connection afterwards", async () => {
    const [prefix, ops] = [freshPrefix(), operator()];
    const store = await openStore({ prefix });
    const [before, record] = [await store.read("orders"), heldRecord("orders", 1)];
    await ops.call("CLIENT", "PAUSE", 60_000, "WRITE");
    const options = { durable: true, signal: AbortSignal.timeout(50) };
    expect(await store.compareAndSwap(before, record, eventFor(record), options)).toMatchObject({ outcome: "unknown" });
    await ops.call("CLIENT", "UNPAUSE");
    const later = await store.read("orders");
    const next = heldRecord("orders", 2);
    const swapped = await store.compareAndSwap(later, next, eventFor(next), { durable: true });
    expect(swapped).toMatchObject({ outcome: "committed" });
  });

  test("CLIENT KILL ends watches with an error, and the next request goes through", async () => {
    const store = await openStore({ prefix: freshPrefix() });
    const watching = store.watch("orders", { signal: AbortSignal.timeout(60_000) })[Symbol.asyncIterator]();
    expect((await watching.next()).value).toMatchObject({ record: null });
    const ended = expect(watching.next()).rejects.toMatchObject({ code: "ESTOREUNAVAILABLE" });
    await operator().call("CLIENT", "KILL", "TYPE", "pubsub");
    await ended;
    expect((await store.read("orders")).revision).toBe("0");
  });

  test("kill -9 and a restart with appendonly lose nothing; a client goes on by itself", async () => {
    const own = await ownServer();
    const lease = await clientOf(await openStore({ url: own.url }), "blue").acquire("orders");
    await own.crash();
    await expect(lease.renew()).rejects.toThrow();
    await own.restart();
    await expect
      .poll(
        () =>
          lease.renew().then(
            () => true,
            () => false,
          ),
        { timeout: 20_000 },
      )
      .toBe(true);
    expect(await clientOf(await openStore({ url: own.url }), "green").status("orders")).toMatchObject({ epoch: 1 });
    await lease.release();
  });

  test("kill -9 without appendonly goes back to the last snapshot, which is not believed until the floor is raised", async () => {
    const own = await ownServer({ appendonly: "no", save: "3600 1" });
    const [store, ops] = [await openStore({ url: own.url }), operator(own)];
    await write(store, 3);
    await ops.save();
    await write(store, 7);
    await own.crash();
    await own.restart();
    const failure = await failureOf(store.read("orders"));
    expect(failure).toMatchObject({ code: "EEPOCHREGRESSION", facts: { name: "orders", epoch: 7 } });
    await obey(ops, failure);
    expect(await store.read("orders")).toMatchObject({ record: null, epochFloor: 7 });
  });

  test("a server that restarts without its data is another store, until the old one is brought back", async () => {
    const own = await ownServer({ appendonly: "no", save: "3600 1" });
    const [store, ops] = [await openStore({ url: own.url }), operator(own)];
    await write(store, 7);
    await own.crash();
    await own.restart();
    expect((await openStore({ url: own.url })).storeId).not.toBe(store.storeId);
    const failure = await failureOf(store.read("orders"));
    expect(failure).toMatchObject({ code: "EEPOCHREGRESSION", facts: { epoch: 7 } });
    await expect(store.read("unseen")).rejects.toThrow(/holds store .* now/u);
    await obey(ops, failure);
    expect(await store.read("orders")).toMatchObject({ record: null, epochFloor: 7, storeId: store.storeId });
  });

  test("FLUSHALL is not believed, neither by a reader nor by a writer", async () => {
    const own = await ownServer();
    const store = await openStore({ url: own.url });
    const before = await write(store, 7);
    await operator(own).flushall();
    const gone = { code: "EEPOCHREGRESSION", facts: { name: "orders", epoch: 7 } };
    await expect(store.read("orders")).rejects.toMatchObject(gone);
    await expect(store.read("unseen")).rejects.toThrow(/holds no store any more/u);
    await expect(store.list()).rejects.toThrow(/holds no store any more/u);
    await expect(store.journal("orders")[Symbol.asyncIterator]().next()).rejects.toMatchObject(gone);
    const next = heldRecord("orders", 8);
    await expect(store.compareAndSwap(before, next, eventFor(next), { durable: true })).rejects.toMatchObject(gone);
    await expect(openStore({ url: own.url, storeId: store.storeId })).rejects.toMatchObject({ code: "ECONFIG" });
  });

  test("a revision that stood before a flush is never that of a record after it", async () => {
    const own = await ownServer();
    const [store, ops] = [await openStore({ url: own.url }), operator(own)];
    const before = await write(store, 7);
    await ops.flushall();
    await obey(ops, await failureOf(store.read("orders")));
    await write(store, 8);
    const next = heldRecord("orders", 9);
    const swapped = await store.compareAndSwap(before, next, eventFor(next), { durable: true });
    expect(swapped).toEqual({ outcome: "conflict" });
  });

  test("an evicted lease is a lost one, and evicted floors are noticed by who saw them", async () => {
    const [prefix, ops] = [freshPrefix(), operator()];
    const store = await openStore({ prefix });
    await write(store, 7);
    await ops.del(`{${prefix}}:lease:orders`);
    expect(await store.read("orders")).toMatchObject({ record: null, epochFloor: 7, floorWaitMs: 15_000 });
    await ops.del(`{${prefix}}:floors`);
    await expect(store.read("orders")).rejects.toMatchObject({ code: "EEPOCHREGRESSION" });
  });

  test("whichever of a lease's keys are dropped at once: it stands, is waited for, or is refused to who saw it", async () => {
    const ops = operator();
    const written = async (): Promise<{ store: LeaseStore; kept: string[] }> => {
      const prefix = freshPrefix();
      const store = await openStore({ prefix });
      await write(store, 7);
      return { store, kept: (await ops.keys(`{${prefix}}:*`)).toSorted() };
    };
    const { length } = (await written()).kept;
    for (let chosen = 1; chosen < 2 ** length; chosen += 1) {
      const { store, kept } = await written();
      const dropped = kept.filter((_, at) => (chosen & (2 ** at)) !== 0);
      await ops.del(...dropped);
      const seen = await store.read("orders").catch((error: unknown) => error);
      const what = `without ${dropped.map((key) => key.slice(key.indexOf("}") + 2)).join(", ")}`;
      if (seen instanceof Error) expect(seen, what).toMatchObject({ code: "EEPOCHREGRESSION" });
      else if ((seen as Snapshot).record === null)
        expect(seen, what).toMatchObject({ epochFloor: 7, floorWaitMs: 15_000 });
      else expect(seen, what).toMatchObject({ record: { epoch: 7 } });
    }
  });

  test("one put back from an old copy is no record any more", async () => {
    const [prefix, ops] = [freshPrefix(), operator()];
    const store = await openStore({ prefix });
    await write(store, 1);
    const copy = await ops.dumpBuffer(`{${prefix}}:lease:orders`);
    await write(store, 2);
    await ops.restore(`{${prefix}}:lease:orders`, 0, copy, "REPLACE");
    const lost = await store.read("orders");
    expect(lost).toMatchObject({ record: null, epochFloor: 2 });
    const again = heldRecord("orders", 2);
    await expect(store.compareAndSwap(lost, again, eventFor(again), { durable: true })).rejects.toMatchObject({
      code: "EEPOCHREGRESSION",
    });
  });

  test("a write whose journal line the server refuses is told so, and nothing of it took effect", async () => {
    const [prefix, ops] = [freshPrefix(), operator()];
    const store = await openStore({ prefix });
    await write(store, 1);
    const standing = await write(store, 2);
    // Its lines are gone and their last number stays, beside a counter that begins again.
    await ops.xtrim(`{${prefix}}:journal:orders`, "MAXLEN", 0);
    await ops.hdel(`{${prefix}}:store`, "revision");
    await expect(write(store, 3)).rejects.toMatchObject({ message: /equal or smaller/u });
    const { record, revision, epochFloor } = await store.read("orders");
    expect({ epoch: record?.epoch, revision, epochFloor }).toEqual({
      epoch: 2,
      revision: standing.revision,
      epochFloor: 2,
    });
    await expect.poll(() => write(store, 3).catch((error: unknown) => error)).toMatchObject({ epochFloor: 3 });
  });

  test("what an error says to type raises a floor and never lowers one, and keeps the longest wait", async () => {
    const [prefix, ops] = [freshPrefix(), operator()];
    const store = await openStore({ prefix });
    await write(store, 7);
    await ops.hset(`{${prefix}}:floors`, "orders", "3 60000");
    await ops.del(`{${prefix}}:lease:orders`);
    const failure = await failureOf(store.read("orders"));
    await obey(ops, failure);
    expect(await store.read("orders")).toMatchObject({ record: null, epochFloor: 7, floorWaitMs: 60_000 });
    await write(await openStore({ prefix }), 9);
    await obey(ops, failure);
    expect(await store.read("orders")).toMatchObject({ record: { epoch: 9 }, epochFloor: 9, floorWaitMs: 60_000 });
  });

  test("a replica is refused, and a primary that became one answers nothing of the past", async () => {
    const [primary, other] = [await ownServer(), await ownServer()];
    const store = await openStore({ url: other.url });
    await write(store, 1);
    await follow(other, primary);
    const replica = { code: "ESTOREUNAVAILABLE", message: /replica.*name the primary/u };
    await expect(store.read("orders")).rejects.toMatchObject(replica);
    await expect(store.list()).rejects.toMatchObject(replica);
    await expect(store.journal("orders")[Symbol.asyncIterator]().next()).rejects.toMatchObject(replica);
    await expect(openStore({ url: other.url })).rejects.toMatchObject(replica);
    const { warnings } = await (await openStore({ url: primary.url })).probe();
    expect(warnings).toEqual([expect.stringMatching(/^best effort: its replicas are asynchronous/u)]);
  });

  test("a failover that lost the last epoch is not believed by who saw it", async () => {
    const [primary, replica] = [await ownServer(), await ownServer()];
    const proxy = await proxied(primary);
    const store = await openStore({ url: proxy.url });
    await write(store, 1);
    await follow(replica, primary);
    expect(await operator(primary).wait(1, 10_000)).toBe(1);
    await operator(replica).replicaof("NO", "ONE");
    await write(store, 2);
    await primary.crash();
    proxy.target = replica;
    const lost = { code: "EEPOCHREGRESSION", facts: { name: "orders", epoch: 2 } };
    await expect.poll(() => failureOf(store.read("orders"))).toMatchObject(lost);
    expect((await openStore({ url: replica.url })).storeId).toBe(store.storeId);
  });

  test("a waiting client takes over when the holder releases", async () => {
    const prefix = freshPrefix();
    const [blue, green] = [
      clientOf(await openStore({ prefix }), "blue"),
      clientOf(await openStore({ prefix }), "green"),
    ];
    const lease = await blue.acquire("orders");
    const waiting = green.acquire("orders");
    await lease.release();
    expect(await waiting).toMatchObject({ epoch: 2, holderIdentity: "green" });
  });
});

function clientOf(store: LeaseStore, holderIdentity: string): LeaseClient {
  return createLeaseClient({ ...thisHost({ holderIdentity }), store, timing: { leaseDurationMs: 30_000 } });
}

async function failureOf(work: Promise<unknown>): Promise<Error> {
  const [settled] = await Promise.allSettled([work]);
  if (settled.status === "fulfilled") throw new Error("it did not fail");
  return settled.reason as Error;
}
