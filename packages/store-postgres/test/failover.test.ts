import { MemoryFenceStorage, type LeaseStore } from "@tenure/core";
import { eventFor, heldRecord } from "@tenure/core/testing";
import { startPostgresStandby, type Engine } from "@tenure/engines";
import { Pool } from "pg";
import { describe, expect, onTestFinished, test } from "vitest";
import { freshSchema, openStore, operator, proxied, server, skipped } from "./server.ts";

describe.skipIf(skipped !== null)(`a standby takes over${skipped === null ? "" : `: ${skipped}`}`, () => {
  test("that was not waited for: the lost epoch is noticed by whoever saw it, and warned of before", async () => {
    const [schema, seenEpochs, network] = [freshSchema(), new MemoryFenceStorage(), await proxied()];
    const store = await openStore({ url: network.url, schema, seenEpochs });
    await lead(store, 1);
    const standby = await follow();
    const warned = [expect.stringContaining("standbys are asynchronous")];
    await expect.poll(async () => (await store.probe()).warnings).toEqual(warned);
    expect(store.guarantees.survivesFailover).toBe(false);
    const psql = poolOf(standby);
    // It hears of nothing more, and nobody is told.
    await psql.query("alter system set primary_conninfo = ''");
    await psql.query("select pg_reload_conf()");
    await expect.poll(async () => (await psql.query("select 1 from pg_stat_wal_receiver")).rowCount).toBe(0);
    await lead(store, 2);

    await server?.crash();
    onTestFinished(() => server?.restart());
    await psql.query("select pg_promote()");
    network.target = standby;
    const older = { code: "EEPOCHREGRESSION", facts: { name: "orders", epoch: 2 } };
    await expect.poll(() => codeOf(store.read("orders"))).toBe("EEPOCHREGRESSION");
    await expect(store.read("orders")).rejects.toMatchObject(older);
    // Another process of the same machine, later.
    await expect((await openStore({ url: standby.url, schema, seenEpochs })).read("orders")).rejects.toMatchObject(
      older,
    );
    // Who never saw it cannot know: docs/guarantees.md says so.
    expect(await (await openStore({ url: standby.url, schema })).read("orders")).toMatchObject({
      record: { epoch: 1 },
    });
  });

  test("that was waited for: nothing acknowledged is lost, and it is declared", async () => {
    const [schema, network, psql] = [freshSchema(), await proxied(), operator()];
    const standby = await follow();
    await psql.query("alter system set synchronous_standby_names = '*'");
    await psql.query("select pg_reload_conf()");
    onTestFinished(async () => {
      await server?.restart();
      const after = poolOf(server);
      await after.query("alter system reset synchronous_standby_names");
      await after.query("select pg_reload_conf()");
    });
    await expect
      .poll(async () => (await psql.query("select 1 from pg_stat_replication where sync_state = 'sync'")).rowCount)
      .toBe(1);
    const store = await openStore({ url: network.url, schema });
    expect(store.guarantees.survivesFailover).toBe(true);
    for (const epoch of [1, 2]) await lead(store, epoch);

    await server?.crash();
    await poolOf(standby).query("select pg_promote()");
    network.target = standby;
    await expect.poll(() => codeOf(store.read("orders"))).toBe("read");
    expect(await store.read("orders")).toMatchObject({ record: { epoch: 2 }, epochFloor: 2 });
  });
});

async function follow(): Promise<Engine> {
  if (server === null) throw new Error("there is no server to follow");
  const standby = await startPostgresStandby(server);
  onTestFinished(() => standby.stop());
  return standby;
}

async function lead(store: LeaseStore, epoch: number): Promise<void> {
  const record = heldRecord("orders", epoch);
  const swapped = await store.compareAndSwap(await store.read("orders"), record, eventFor(record), { durable: true });
  expect(swapped).toMatchObject({ outcome: "committed" });
}

async function codeOf(reading: Promise<unknown>): Promise<unknown> {
  return await reading.then(
    () => "read",
    (error: unknown) => (error as NodeJS.ErrnoException).code,
  );
}

function poolOf(engine: Engine | null): Pool {
  const pool = new Pool({ connectionString: engine?.url, max: 1 });
  pool.on("error", () => {});
  onTestFinished(() => pool.end());
  return pool;
}
