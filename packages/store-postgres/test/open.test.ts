import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { MemoryFenceStorage } from "@tenure/core";
import { eventFor, heldRecord } from "@tenure/core/testing";
import { Pool } from "pg";
import { describe, expect, onTestFinished, test } from "vitest";
import { ddl, openPostgresStore } from "../src/index.ts";
import { freshSchema, openStore, operator, server, skipped } from "./server.ts";

const CANARY = "c4n4ry";

describe.skipIf(skipped !== null)(`opening a PostgreSQL store${skipped === null ? "" : `: ${skipped}`}`, () => {
  test("many at once make the tables once, and all find the same store", async () => {
    const schema = freshSchema();
    const stores = await Promise.all(Array.from({ length: 8 }, () => openStore({ schema })));
    expect(new Set(stores.map(({ storeId }) => storeId)).size).toBe(1);
  });

  test("the statements can be run by hand, again and again; a store that may not make tables then opens", async () => {
    const schema = freshSchema();
    const closed = openPostgresStore({ url: server?.url, schema, migrate: false });
    await expect(closed).rejects.toMatchObject({ code: "ESTOREUNAVAILABLE", message: /--print-ddl/u });
    const psql = operator();
    await psql.query(ddl(schema));
    const { storeId } = await openStore({ schema, migrate: false });
    await psql.query(ddl(schema));
    expect((await openStore({ schema, storeId })).storeId).toBe(storeId);
  });

  test("tables of a newer build are refused, and another store than the pinned one", async () => {
    const schema = freshSchema();
    await openStore({ schema });
    await expect(openStore({ schema, storeId: "another" })).rejects.toMatchObject({ code: "ECONFIG" });
    await operator().query(`update ${schema}.store set ddl_version = 99`);
    await expect(openStore({ schema })).rejects.toMatchObject({ code: "ESCHEMAVERSION" });
  });

  test("tables of an older build are renewed, and stay the same store; the older build that has them open goes on", async () => {
    const schema = freshSchema();
    const [{ storeId }, psql] = [await openStore({ schema }), operator()];
    const older = `select * from ${schema}.swap('orders', '0', '{"epoch":1,"nonce":"n","leaseDurationMs":1,"lockDelayMs":0}', '{}', false)`;
    await psql.query(`create or replace function ${schema}.revision_of(revision bigint, record json, floor_epoch bigint)
      returns text language sql stable as $$ select null::text $$; update ${schema}.store set ddl_version = 1`);
    await expect(openStore({ schema, migrate: false })).rejects.toMatchObject({
      code: "ESTOREUNAVAILABLE",
      message: /no tables of version \d+; run what tenure init/u,
    });
    const renewed = await openStore({ schema });
    expect(renewed.storeId).toBe(storeId);
    expect(await renewed.read("orders")).toMatchObject({ revision: "0" });
    expect((await psql.query(older)).rows).toMatchObject([{ outcome: "committed" }]);
  });

  test("a store that is pinned does not come about anew on a server that has none", async () => {
    const schema = freshSchema();
    await expect(openStore({ schema, storeId: "pinned" })).rejects.toMatchObject({
      code: "ECONFIG",
      message: /this server holds no store, and store pinned was asked for/u,
    });
    const made = await operator().query("select 1 from pg_namespace where nspname = $1", [schema]);
    expect(made.rows).toEqual([]);
  });

  test("the longest name of a schema is one that changes can be told of", async () => {
    const schema = `${freshSchema()}-${"S".repeat(56)}`.slice(0, 56);
    const store = await openStore({ schema });
    const record = heldRecord("orders", 1);
    expect(
      await store.compareAndSwap(await store.read("orders"), record, eventFor(record), { durable: true }),
    ).toMatchObject({ outcome: "committed" });
  });

  test("a connection that others can read or change on its way is warned of", async () => {
    // This machine, by a name that does not say so.
    const url = `${(server?.url ?? "").replace("127.0.0.1", "127.1")}?sslmode=disable`;
    const warnings = [expect.stringMatching(/^without TLS, whoever is between can read and change what passes; /u)];
    expect(await (await openStore({ url, schema: freshSchema() })).probe()).toMatchObject({ warnings });
  });

  test("a pool of the program's own is used, and stays open", async () => {
    const pool = new Pool({ connectionString: server?.url, max: 2 });
    pool.on("error", () => {});
    onTestFinished(() => pool.end());
    const store = await openPostgresStore({ pool, schema: freshSchema() });
    const record = heldRecord("orders", 1);
    await store.compareAndSwap(await store.read("orders"), record, eventFor(record), { durable: true });
    await store.close();
    await expect(store.read("orders")).rejects.toMatchObject({ code: "ESTOREUNAVAILABLE", message: /closed/u });
    expect((await pool.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
  });

  test("who has waited gives the connection back that it heard by, and it hears no more", async () => {
    const pool = new Pool({ connectionString: server?.url, max: 2 });
    let connections = 0;
    pool.on("error", () => {}).on("connect", () => (connections += 1));
    onTestFinished(() => pool.end());
    const store = await openPostgresStore({ pool, schema: freshSchema() });
    for (let turn = 0; turn < 5; turn++) {
      const over = new AbortController();
      for await (const _ of store.watch("a", { signal: over.signal })) over.abort();
      await expect.poll(() => pool.idleCount === pool.totalCount).toBe(true);
    }
    expect(connections).toBeLessThanOrEqual(2);
    const clients = await Promise.all([pool.connect(), pool.connect()]);
    const heard = await Promise.all(clients.map((client) => client.query("select * from pg_listening_channels()")));
    for (const client of clients) client.release();
    expect(heard.flatMap(({ rows }) => rows)).toEqual([]);
  });

  test("it tells what the server is", async () => {
    const store = await openStore({ schema: freshSchema() });
    expect(store.guarantees).toMatchObject({
      engine: "postgres",
      scope: "network",
      durable: true,
      survivesFailover: false,
    });
    expect(await store.probe()).toMatchObject({ facts: { role: "primary", fsync: "on" }, warnings: [] });
  });

  test("a renewal waits for the disk like an acquisition: its holder outlives a crash of the server", async () => {
    const schema = freshSchema();
    const [store, psql] = [await openStore({ schema }), operator()];
    await psql.query(`create table ${schema}.seen (setting text);
      create function ${schema}.note() returns trigger language plpgsql as $$ begin
        insert into ${schema}.seen values (current_setting('synchronous_commit')); return new; end $$;
      create trigger note after insert or update on ${schema}.lease for each row execute function ${schema}.note()`);
    const [first, renewed] = [heldRecord("orders", 1), heldRecord("orders", 1, { renewals: 1 })];
    await store.compareAndSwap(await store.read("orders"), first, eventFor(first), { durable: true });
    await store.compareAndSwap(await store.read("orders"), renewed, eventFor(renewed), { durable: false });
    const { rows } = await psql.query<{ setting: string }>(`select setting from ${schema}.seen`);
    expect(rows.map(({ setting }) => setting)).toEqual(["on", "on"]);
  });

  test("what one process saw of a server, the next one knows", async () => {
    const [schema, seenEpochs] = [freshSchema(), new MemoryFenceStorage()];
    const [first, psql] = [await openStore({ schema, seenEpochs }), operator()];
    const record = heldRecord("orders", 7);
    await first.compareAndSwap(await first.read("orders"), record, eventFor(record), { durable: true });
    await first.close();
    await psql.query(`delete from ${schema}.lease; update ${schema}.floor set epoch = 3`);
    const next = await openStore({ schema, seenEpochs });
    await expect(next.read("orders")).rejects.toMatchObject({ code: "EEPOCHREGRESSION", facts: { epoch: 7 } });
    expect(await (await openStore({ schema })).read("orders")).toMatchObject({ epochFloor: 3 });
  });

  test("a user who may not is told so, and what the owner can do", async () => {
    const schema = freshSchema();
    await openStore({ schema });
    const psql = operator();
    await psql.query(`create role guest_${process.pid} login`);
    onTestFinished(() => void psql.query(`drop role guest_${process.pid}`));
    const url = (server?.url ?? "").replace("tenure@", `guest_${process.pid}@`);
    await expect(openStore({ url, schema })).rejects.toMatchObject({
      code: "EPERMISSION",
      message: /grant this user/u,
    });
  });
});

test("a server that takes connections and says nothing is told so", async () => {
  const silent = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void silent.close());
  await once(silent, "listening");
  const url = `postgres://ops@127.0.0.1:${(silent.address() as AddressInfo).port}/x`;
  await expect(openPostgresStore({ url })).rejects.toMatchObject({
    code: "ESTOREUNAVAILABLE",
    message: /it does not answer; is it overloaded or stopped/u,
  });
});

test.each(["o'brien", "a$$b", 'q"q', "a b", "", "s".repeat(57), "büro"])(
  "a schema that is called %j is refused, and nothing is sent",
  async (schema) => {
    const refused = { code: "ECONFIG", message: /up to 56 letters, digits, _ and -/u };
    await expect(openPostgresStore({ url: "postgres://127.0.0.1:1/x", schema })).rejects.toMatchObject(refused);
    expect(() => ddl(schema)).toThrow(expect.objectContaining({ code: "ECONFIG" }) as Error);
  },
);

describe("a URL", () => {
  test.each([
    ["http://db.example/x"],
    ["not a url"],
    [`postgress://ops:${CANARY}@db/x`],
    [`postgres://ops:${CANARY}@db.example/x?sslrootcert=/no/such/file`],
  ])("is refused without telling its password: %s", async (url) => {
    const failure = await openPostgresStore({ url }).then(
      () => null,
      (error: unknown) => error as Error,
    );
    expect(failure).toMatchObject({ code: "ECONFIG" });
    expect(everythingIn(failure)).not.toContain(CANARY);
  });

  test("nothing is told of a password when the server is not there, in the cause neither", async () => {
    const url = `postgres://ops:${CANARY}@127.0.0.1:1/x`;
    const failure = await openPostgresStore({ url }).then(
      () => null,
      (error: unknown) => error as Error,
    );
    expect(failure).toMatchObject({ code: "ESTOREUNAVAILABLE", message: /nothing listens there/u });
    expect(everythingIn(failure)).not.toContain(CANARY);
  });
});

function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return [error.message, error.stack, JSON.stringify(error), everythingIn(error.cause ?? "")].join("\n");
}
