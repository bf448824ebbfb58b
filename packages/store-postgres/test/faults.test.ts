import { createLeaseClient, type LeaseClient, type LeaseStore } from "@tenure/core";
import { eventFor, heldRecord } from "@tenure/core/testing";
import type { Proxy } from "@tenure/engines";
import { thisHost } from "@tenure/host";
import type { LeaseRecord } from "@tenure/schema";
import { describe, expect, test } from "vitest";
import { channelOf } from "../src/ddl.ts";
import { freshSchema, openStore, operator, proxied, server, skipped } from "./server.ts";

describe.skipIf(skipped !== null)(`PostgreSQL fails${skipped === null ? "" : `: ${skipped}`}`, () => {
  async function through(proxy: Proxy, schema: string): Promise<LeaseStore> {
    return await openStore({ url: proxy.url, schema });
  }

  test("a reply that is lost after the commit is unknown, and what was written stands", async () => {
    const [schema, proxy] = [freshSchema(), await proxied()];
    const store = await through(proxy, schema);
    const before = await store.read("orders");
    const record = heldRecord("orders", 1);
    proxy.weather = "drops replies";
    const giveUp = new AbortController();
    const swapping = store.compareAndSwap(before, record, eventFor(record), {
      durable: true,
      signal: giveUp.signal,
    });
    await proxy.dropped();
    giveUp.abort(new Error("no answer"));
    expect(await swapping).toMatchObject({ outcome: "unknown" });
    proxy.weather = "fair";
    expect((await store.read("orders")).record?.nonce).toBe(record.nonce);
  });

  test("a connection that a request was given up on is not used again", async () => {
    const [schema, proxy] = [freshSchema(), await proxied()];
    const store = await through(proxy, schema);
    await store.read("orders");
    proxy.weather = "drops replies";
    const giveUp = new AbortController();
    const reading = store.read("orders", { signal: giveUp.signal });
    await proxy.dropped();
    giveUp.abort(new Error("no answer"));
    await expect(reading).rejects.toThrow("no answer");
    proxy.weather = "fair";
    expect((await store.read("orders")).record).toBeNull();
  });

  test("a store that is watched closes in time, though its server answers nothing any more", async () => {
    const [schema, proxy] = [freshSchema(), await proxied()];
    const store = await through(proxy, schema);
    const watching = store.watch("orders", { signal: AbortSignal.timeout(60_000) })[Symbol.asyncIterator]();
    await watching.next();
    proxy.weather = "drops everything";
    await store.close();
    expect((await watching.next()).done).toBe(true);
  });

  test("pg_terminate_backend ends watches with an error, and the next request goes through", async () => {
    const schema = freshSchema();
    const store = await openStore({ schema });
    const watching = store.watch("orders", { signal: AbortSignal.timeout(60_000) })[Symbol.asyncIterator]();
    expect((await watching.next()).value).toMatchObject({ record: null });
    const ended = expect(watching.next()).rejects.toMatchObject({ code: "ESTOREUNAVAILABLE" });
    await operator().query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tenure' and pid <> pg_backend_pid()",
    );
    await ended;
    await expect.poll(async () => (await store.read("orders").catch(() => null))?.revision).toBe("0");
  });

  test("a server that came back with an older epoch is not believed, until an operator raises its floor", async () => {
    const schema = freshSchema();
    const [store, psql] = [await openStore({ schema }), operator()];
    const record = heldRecord("orders", 7);
    await store.compareAndSwap(await store.read("orders"), record, eventFor(record), { durable: true });
    await psql.query(`delete from ${schema}.lease; update ${schema}.floor set epoch = 3`);
    const failure = await store.read("orders").then(
      () => null,
      (error: unknown) => error as Error,
    );
    expect(failure).toMatchObject({ code: "EEPOCHREGRESSION", facts: { name: "orders", epoch: 7 } });
    const [statement] = /insert into .*;/u.exec(failure?.message ?? "") ?? [];
    await psql.query(statement ?? "");
    expect(await store.read("orders")).toMatchObject({ record: null, epochFloor: 7 });
    // Obeyed late, when epochs have gone on.
    await psql.query(`update ${schema}.floor set epoch = 9`);
    await psql.query(statement ?? "");
    expect(await store.read("orders")).toMatchObject({ epochFloor: 9 });
  });

  test("tables that were dropped are another store when they are made anew: epochs begin anew, and who led is told at its next renewal", async () => {
    const schema = freshSchema();
    const store = await openStore({ schema });
    const lease = await createLeaseClient({ ...thisHost({ holderIdentity: "a" }), store }).acquire("orders");
    await operator().query(`drop schema ${schema} cascade`);
    await expect(lease.renew()).rejects.toMatchObject({
      code: "ESTOREUNAVAILABLE",
      message: expect.stringContaining("the tables of tenure are not there"),
    });
    const anew = await openStore({ schema });
    expect(anew.storeId).not.toBe(store.storeId);
    const other = createLeaseClient({ ...thisHost({ holderIdentity: "b" }), store: anew });
    expect(await other.tryAcquire("orders")).toMatchObject({ epoch: 1 });
    await expect(lease.renew()).rejects.toMatchObject({
      code: "ELEASELOST",
      message: expect.stringContaining("shows epoch 0 of lease orders, but epoch 1 was seen here"),
    });
    expect(lease.signal.aborted).toBe(true);
  });

  test("a row that was put back from an old copy is no record any more", async () => {
    const schema = freshSchema();
    const [store, psql] = [await openStore({ schema }), operator()];
    for (const epoch of [1, 2]) {
      const record = heldRecord("orders", epoch);
      await store.compareAndSwap(await store.read("orders"), record, eventFor(record), { durable: true });
    }
    await psql.query(`update ${schema}.lease set (record, revision) =
      (select record, revision from ${schema}.journal order by revision limit 1)`);
    const lost = await store.read("orders");
    expect(lost).toMatchObject({ record: null, epochFloor: 2 });
    const again = heldRecord("orders", 2);
    await expect(store.compareAndSwap(lost, again, eventFor(again), { durable: true })).rejects.toMatchObject({
      code: "EEPOCHREGRESSION",
    });
  });

  test("kill -9 and a restart lose nothing that was acknowledged; a client goes on by itself", async () => {
    const schema = freshSchema();
    const store = await openStore({ schema });
    const client = clientOf(store, "blue");
    const lease = await client.acquire("orders");
    await server?.crash();
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
    expect(await clientOf(await openStore({ schema }), "green").status("orders")).toMatchObject({ epoch: 1 });
    await lease.release();
  });

  test("a waiting client takes over when the holder releases", async () => {
    const schema = freshSchema();
    const [blue, green] = [
      clientOf(await openStore({ schema }), "blue"),
      clientOf(await openStore({ schema }), "green"),
    ];
    const lease = await blue.acquire("orders");
    const waiting = green.acquire("orders");
    await listensIn(schema);
    await lease.release();
    expect(await waiting).toMatchObject({ epoch: 2, holderIdentity: "green" });
  });

  test("who watches again at once hears of it all, whatever becomes of the connection that was left", async () => {
    const schema = freshSchema();
    const store = await openStore({ schema });
    for (let round = 1; round <= 10; round += 1) {
      const leaving = new AbortController();
      const left = store.watch("orders", { signal: leaving.signal })[Symbol.asyncIterator]();
      await left.next();
      leaving.abort();
      await left.next();
      const watching = store.watch("orders", { signal: AbortSignal.timeout(60_000) })[Symbol.asyncIterator]();
      const { value: before } = await watching.next();
      const record = heldRecord("orders", round);
      await store.compareAndSwap(before ?? (await store.read("orders")), record, eventFor(record), { durable: false });
      expect((await watching.next()).value).toMatchObject({ record: { epoch: round } });
      await watching.return?.();
    }
  });

  test("a watch that was given up while its connection was made takes no other with it", async () => {
    const store = await openStore({ schema: freshSchema() });
    const impatient = store.watch("orders", { signal: AbortSignal.abort() })[Symbol.asyncIterator]();
    const patient = store.watch("orders", { signal: AbortSignal.timeout(60_000) })[Symbol.asyncIterator]();
    const [left, found] = await Promise.all([impatient.next(), patient.next()]);
    expect(left.done).toBe(true);
    expect(found.value).toMatchObject({ name: "orders", record: null });
    await patient.return?.();
  });

  test("what was committed stays committed when the note of its epoch cannot be made", async () => {
    const full = new Error("the disk is full");
    const seenEpochs = { load: async () => 0, raise: () => Promise.reject(full) };
    const store = await openStore({ schema: freshSchema(), seenEpochs });
    const record = heldRecord("orders", 1);
    const swapped = await store.compareAndSwap(await store.read("orders"), record, eventFor(record), { durable: true });
    expect(swapped).toMatchObject({ outcome: "committed" });
    await expect(store.read("orders")).rejects.toThrow("the disk is full");
  });

  test("a journal is kept short, however few of all revisions are its own", async () => {
    const schema = freshSchema();
    const [store, psql] = [await openStore({ schema }), operator()];
    const renewed = (renewals: number): LeaseRecord => heldRecord("orders", 1, { renewals });
    const first = renewed(253);
    await store.compareAndSwap(await store.read("orders"), first, eventFor(first), { durable: false });
    await psql.query(`insert into ${schema}.journal
      select name, nextval('${schema}.revision'), event, record from ${schema}.journal, generate_series(1, 10100)`);
    for (const renewals of [254, 255]) {
      // Others take revisions too.
      await psql.query(`select nextval('${schema}.revision')`);
      const next = renewed(renewals);
      await store.compareAndSwap(await store.read("orders"), next, eventFor(next), { durable: false });
    }
    const { rows } = await psql.query<{ lines: number }>(`select count(*)::int as lines from ${schema}.journal`);
    expect(rows).toEqual([{ lines: 10_000 }]);
  });

  /** When a program hears of every change of a schema's leases. */
  async function listensIn(schema: string): Promise<void> {
    const psql = operator();
    const listening = "select 1 from pg_stat_activity where query = $1 and state = 'idle'";
    await expect
      .poll(async () => (await psql.query(listening, [`listen "${channelOf(schema)}"`])).rowCount, { timeout: 20_000 })
      .toBe(1);
  }

  function clientOf(store: LeaseStore, holderIdentity: string): LeaseClient {
    return createLeaseClient({ ...thisHost({ holderIdentity }), store, timing: { leaseDurationMs: 30_000 } });
  }
});
