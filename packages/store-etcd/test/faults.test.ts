import {
  createLeaseClient,
  LeaseError,
  type Believe,
  type LeaseClient,
  type LeaseStore,
  type Snapshot,
} from "@tenure/core";
import { eventFor, heldRecord } from "@tenure/core/testing";
import { startEtcd, startEtcdCluster } from "@tenure/engines";
import { thisHost } from "@tenure/host";
import { describe, expect, onTestFinished, test } from "vitest";
import { addressOf } from "../src/address.ts";
import { EtcdEngine } from "../src/etcd-engine.ts";
import { Gateway } from "../src/gateway.ts";
import { Keys } from "../src/keys.ts";
import { freshPrefix, openStore, Operator, operator, proxied, server, skipped } from "./server.ts";

describe.skipIf(skipped !== null)(`etcd fails${skipped === null ? "" : `: ${skipped}`}`, () => {
  test("a reply that is lost after the commit is unknown, and what was written stands", async () => {
    const [prefix, proxy] = [freshPrefix(), await proxied()];
    const store = await openStore({ url: proxy.url, prefix });
    const before = await store.read("orders");
    const record = heldRecord("orders", 1);
    proxy.weather = "drops replies";
    const giveUp = new AbortController();
    const swapping = store.compareAndSwap(before, record, eventFor(record), { durable: true, signal: giveUp.signal });
    await proxy.dropped();
    giveUp.abort(new Error("no answer"));
    expect(await swapping).toMatchObject({ outcome: "unknown" });
    proxy.weather = "fair";
    expect((await store.read("orders")).record?.nonce).toBe(record.nonce);
  });

  test("a write that one member may have carried out is not sent to another; a read is", async () => {
    const [prefix, proxy] = [freshPrefix(), await proxied()];
    const store = await openStore({ url: `${proxy.url}?endpoint=127.0.0.1:${server?.port}`, prefix });
    const before = await store.read("orders");
    const record = heldRecord("orders", 1);
    proxy.weather = "drops replies";
    const swapping = store.compareAndSwap(before, record, eventFor(record), { durable: true });
    await proxy.dropped();
    proxy.cut();
    expect(await swapping).toMatchObject({ outcome: "unknown" });
    expect((await store.read("orders")).record?.nonce).toBe(record.nonce);
  });

  test("a connection that a request was given up on is not used again", async () => {
    const [prefix, proxy] = [freshPrefix(), await proxied()];
    const store = await openStore({ url: proxy.url, prefix });
    proxy.weather = "drops replies";
    const giveUp = new AbortController();
    const reading = store.read("orders", { signal: giveUp.signal });
    await proxy.dropped();
    giveUp.abort(new Error("no answer"));
    await expect(reading).rejects.toThrow("no answer");
    proxy.weather = "fair";
    expect((await store.read("orders")).record).toBeNull();
  });

  test("a watch whose beginning was compacted away meanwhile reads again, and misses nothing", async () => {
    const [prefix, etcdctl] = [freshPrefix(), operator()];
    const [watcher, writer] = [await openStore({ prefix }), await openStore({ prefix })];
    const watching = watcher.watch("orders", { signal: AbortSignal.timeout(60_000) })[Symbol.asyncIterator]();
    expect((await watching.next()).value).toMatchObject({ record: null });
    // It asks for what comes after this only when it is asked for the next one.
    await write(writer, 1);
    await write(writer, 2);
    await etcdctl.ask("/v3/kv/compaction", { revision: await etcdctl.revision() });
    expect((await watching.next()).value).toMatchObject({ epochFloor: 2, record: { epoch: 2 } });
    const later = watching.next();
    await write(writer, 3);
    expect((await later).value).toMatchObject({ record: { epoch: 3 } });
  });

  test("a watch tells a write without asking for it, and whatever else was changed as it is read", async () => {
    const [prefix, proxy, etcdctl] = [freshPrefix(), await proxied(), operator()];
    const [watcher, writer] = [await openStore({ url: proxy.url, prefix }), await openStore({ prefix })];
    await write(writer, 1);
    const watching = watcher.watch("orders", { signal: AbortSignal.timeout(60_000) })[Symbol.asyncIterator]();
    await watching.next();
    const second = watching.next();
    await write(writer, 2);
    expect((await second).value).toMatchObject({ record: { epoch: 2 } });
    proxy.weather = "drops requests";
    const third = watching.next();
    const written = await write(writer, 3);
    expect((await third).value).toEqual(written);
    proxy.weather = "fair";
    const later = watching.next();
    await etcdctl.put(`${prefix}lease/orders/record`, await etcdctl.get(`${prefix}lease/orders/record`));
    expect((await later).value).toMatchObject({ record: null, epochFloor: 3, floorWaitMs: 15_000 });
    expect((await later).value).toEqual(await writer.read("orders"));
  });

  test("a write that is told after more was seen elsewhere is read, and not held against the cluster", async () => {
    const prefix = freshPrefix();
    const store = await openStore({ prefix });
    await write(store, 1);
    const gateway = new Gateway(addressOf(server?.url ?? ""));
    onTestFinished(() => gateway.close());
    const engine = new EtcdEngine({ gateway, keys: new Keys(prefix), storeId: store.storeId, members: null });
    let asked = 0;
    const believe: Believe = async (ask) => {
      asked += 1;
      if (asked === 2) throw new LeaseError("EEPOCHREGRESSION", "epoch 3 was seen here");
      return await ask();
    };
    const watching = engine.watch("orders", believe, AbortSignal.timeout(60_000))[Symbol.asyncIterator]();
    await watching.next();
    const next = watching.next();
    await write(store, 2);
    expect((await next).value).toMatchObject({ epochFloor: 2 });
    expect(asked).toBe(3);
  });

  test("no lease of etcd's own is tied to what stands there: revoking all of them changes nothing", async () => {
    const [prefix, etcdctl] = [freshPrefix(), operator()];
    const store = await openStore({ prefix });
    const { ID } = (await etcdctl.ask("/v3/lease/grant", { TTL: "60" })) as { ID: string };
    const { revision } = await write(store, 1);
    const { leases } = (await etcdctl.ask("/v3/lease/leases", {})) as { leases: { ID: string }[] };
    expect(leases).toEqual([{ ID }]);
    for (const lease of leases) await etcdctl.ask("/v3/lease/revoke", lease);
    expect(await store.read("orders")).toMatchObject({ revision, record: { epoch: 1 } });
  });

  test("a compaction up to the last write, and a defragmentation, take nothing from what stands there", async () => {
    const [prefix, etcdctl] = [freshPrefix(), operator()];
    const store = await openStore({ prefix });
    for (const epoch of [1, 2, 3]) await write(store, epoch);
    const before = await store.read("orders");
    await etcdctl.ask("/v3/kv/compaction", { revision: await etcdctl.revision(), physical: true });
    await etcdctl.ask("/v3/maintenance/defragment", {});
    expect(await store.read("orders")).toEqual(before);
    expect(await write(store, 4)).toMatchObject({ record: { epoch: 4 } });
    const epochs: number[] = [];
    for await (const { record } of store.journal("orders")) epochs.push(record.epoch);
    expect(epochs).toEqual([1, 2, 3, 4]);
  });

  test("a cluster restored from an older copy is not believed, until an operator raises its floor", async () => {
    const prefix = freshPrefix();
    const store = await openStore({ prefix });
    await write(store, 3);
    const goBack = await server?.backUp();
    await write(store, 7);
    await goBack?.();
    const failure = await store.read("orders").then(
      () => null,
      (error: unknown) => error as Error,
    );
    expect(failure).toMatchObject({ code: "EEPOCHREGRESSION", facts: { name: "orders", epoch: 7 } });
    await operator().runPut(failure?.message ?? "");
    expect(await store.read("orders")).toMatchObject({ record: null, epochFloor: 7, floorWaitMs: 15_000 });
    expect(await write(store, 8)).toMatchObject({ record: { epoch: 8 } });
  });

  test("what was read before a restore matches nothing that was written after it, though revisions come again", async () => {
    const prefix = freshPrefix();
    const [before, after] = [await openStore({ prefix }), await openStore({ prefix })];
    await write(before, 1);
    const goBack = await server?.backUp();
    const expected = await write(before, 2);
    await goBack?.();
    const other = await openStore({ prefix });
    const again = await write(other, 2);
    expect(modOf(again.revision)).toBe(modOf(expected.revision));
    const record = heldRecord("orders", 3);
    const swapped = await after.compareAndSwap(expected, record, eventFor(record), { durable: true });
    expect(swapped).toEqual({ outcome: "conflict" });
  });

  test("a record that somebody else put there, also an old one of its own, is no record any more", async () => {
    const [prefix, etcdctl] = [freshPrefix(), operator()];
    const store = await openStore({ prefix });
    await write(store, 1);
    const old = await etcdctl.get(`${prefix}lease/orders/record`);
    await write(store, 2);
    await etcdctl.put(`${prefix}lease/orders/record`, old);
    const lost = await store.read("orders");
    expect(lost).toMatchObject({ record: null, epochFloor: 2 });
    const again = heldRecord("orders", 2);
    await expect(store.compareAndSwap(lost, again, eventFor(again), { durable: true })).rejects.toMatchObject({
      code: "EEPOCHREGRESSION",
    });
  });

  test("a floor that was deleted is told by the record; with both gone, and where one is unreadable, nothing is overwritten", async () => {
    const [prefix, etcdctl] = [freshPrefix(), operator()];
    const store = await openStore({ prefix });
    await write(store, 5);
    await etcdctl.remove(`${prefix}lease/orders/floor`);
    expect(await store.read("orders")).toMatchObject({ record: null, epochFloor: 5, floorWaitMs: 15_000 });
    await etcdctl.remove(`${prefix}lease/orders/record`);
    await expect(store.read("orders")).rejects.toMatchObject({ code: "ESTATECORRUPT", message: /etcdctl put/u });
    await etcdctl.put(`${prefix}lease/orders/floor`, "{");
    await expect(store.read("orders")).rejects.toMatchObject({ code: "ESTATECORRUPT", message: /orders\/floor/u });
  });

  test("a cluster whose keys were deleted is another store, takes nothing for this one, and can be brought back", async () => {
    const [prefix, etcdctl] = [freshPrefix(), operator()];
    const store = await openStore({ prefix });
    const [before, never] = [await write(store, 1), await store.read("invoices")];
    await etcdctl.removeAll(prefix);
    const gone = { code: "EEPOCHREGRESSION", facts: { name: "orders", epoch: 1 } };
    await expect(store.read("orders")).rejects.toMatchObject(gone);
    await expect(store.read("invoices")).rejects.toThrow(/holds no store any more/u);
    await expect(store.list()).rejects.toThrow(/holds no store any more/u);
    await expect(store.journal("orders")[Symbol.asyncIterator]().next()).rejects.toMatchObject(gone);
    const record = heldRecord("orders", 2);
    const swapping = store.compareAndSwap(before, record, eventFor(record), { durable: true });
    await expect(swapping).rejects.toMatchObject(gone);
    const first = heldRecord("invoices", 1);
    const other = await openStore({ prefix });
    await expect(store.compareAndSwap(never, first, eventFor(first), { durable: true })).rejects.toMatchObject({
      code: "EEPOCHREGRESSION",
      message: expect.stringContaining(`holds store ${other.storeId} now`) as string,
    });
    expect(await other.list()).toEqual([]);

    const told = await store.read("orders").then(String, (error: unknown) => (error as Error).message);
    expect(told).toContain(`etcdctl put ${prefix}store ${store.storeId} and etcdctl put ${prefix}lease/orders/floor '`);
    await etcdctl.put(`${prefix}store`, store.storeId);
    await etcdctl.runPut(told.replace(":WAIT_MS", ":15000").replace(":LINES", ":0"));
    expect(await store.read("orders")).toMatchObject({ record: null, epochFloor: 1, floorWaitMs: 15_000 });
    await expect(other.read("orders")).rejects.toMatchObject({ code: "EEPOCHREGRESSION" });
    await write(store, 2);
  });

  test("kill -9 and a restart lose nothing that was acknowledged; watches end with an error, and a client goes on by itself", async () => {
    const prefix = freshPrefix();
    const store = await openStore({ prefix });
    const lease = await clientOf(store, "blue").acquire("orders");
    const watching = store.watch("orders", { signal: AbortSignal.timeout(60_000) })[Symbol.asyncIterator]();
    await watching.next();
    const ended = expect(watching.next()).rejects.toMatchObject({ code: "ESTOREUNAVAILABLE" });
    await server?.crash();
    await ended;
    await expect(lease.renew()).rejects.toThrow();
    await server?.restart();
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
    expect(await clientOf(await openStore({ prefix }), "green").status("orders")).toMatchObject({ epoch: 1 });
    await lease.release();
  });

  test("a full database is told in words; a write it answered with no space is unknown", async () => {
    const small = await startEtcd({ settings: { "quota-backend-bytes": String(2 * 1024 * 1024) } });
    onTestFinished(() => small?.stop());
    const store = await openStore({ url: small?.url ?? "" });
    const etcdctl = new Operator(small?.url);
    onTestFinished(() => etcdctl.close());
    const filling = (async (): Promise<void> => {
      for (;;) await etcdctl.put("ballast", "x".repeat(512 * 1024));
    })();
    await expect(filling).rejects.toThrow(/database space exceeded/u);
    const record = heldRecord("orders", 1);
    const before = await store.read("orders");
    const swapped = await store.compareAndSwap(before, record, eventFor(record), { durable: true });
    expect(swapped).toMatchObject({ outcome: "unknown", cause: { message: /database is full \(alarm NOSPACE\)/u } });
    const { facts, warnings } = await store.probe();
    expect(facts).toMatchObject({ alarms: "NOSPACE on m0" });
    expect(warnings.join("\n")).toMatch(/NOSPACE on m0: its database is full/u);
  });

  test("the loss of a member takes nothing from a cluster; the loss of two is told, and no watch waits in vain", async () => {
    const members = (await startEtcdCluster({ members: 3 })) ?? [];
    for (const member of members) onTestFinished(() => member.stop());
    const [first, second, third] = members;
    const others = [second, third].map((member) => `endpoint=127.0.0.1:${member?.port}`).join("&");
    const store = await openStore({ url: `${first?.url}?${others}` });
    expect(store.guarantees).toMatchObject({ survivesFailover: true });
    await write(store, 1);
    await first?.crash();
    await expect
      .poll(() => store.read("orders").catch(() => null), { timeout: 20_000 })
      .toMatchObject({ epochFloor: 1 });
    await expect.poll(() => write(store, 2).catch(() => null), { timeout: 20_000 }).toMatchObject({ epochFloor: 2 });
    const watching = store.watch("orders", { signal: AbortSignal.timeout(60_000) })[Symbol.asyncIterator]();
    expect((await watching.next()).value).toMatchObject({ record: { epoch: 2 } });
    const ended = expect(watching.next()).rejects.toMatchObject({ code: "ESTOREUNAVAILABLE" });
    const { facts } = await store.probe();
    await members.find((_, at) => at > 0 && facts["leader"] !== `m${at}`)?.crash();
    await ended;
    await expect(store.read("orders", { signal: AbortSignal.timeout(1_000) })).rejects.toThrow();
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

  async function write(store: LeaseStore, epoch: number): Promise<Snapshot> {
    const record = heldRecord("orders", epoch);
    const swapped = await store.compareAndSwap(await store.read("orders"), record, eventFor(record), { durable: true });
    if (swapped.outcome !== "committed") throw new Error(swapped.outcome);
    return swapped.snapshot;
  }

  function clientOf(store: LeaseStore, holderIdentity: string): LeaseClient {
    return createLeaseClient({ ...thisHost({ holderIdentity }), store, timing: { leaseDurationMs: 30_000 } });
  }

  function modOf(revision: string): string | undefined {
    return revision.split(".")[1];
  }
});
