import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { eventFor, heldRecord } from "@tenure/core/testing";
import { missing, startPooler } from "@tenure/engines";
import { describe, expect, onTestFinished, test, type TestContext } from "vitest";
import { openPostgresStore } from "../src/index.ts";
import { freshSchema, openStore, operator, server, skipped } from "./server.ts";

const OPERATIONS = new URL("../../../docs/operations.md", import.meta.url);

describe.skipIf(skipped !== null)(`reaching a PostgreSQL server${skipped === null ? "" : `: ${skipped}`}`, () => {
  test("a pooler that shares connections between transactions is refused, and no table made", async ({ skip }) => {
    const url = await pooled("transaction", skip);
    const schema = freshSchema();
    await expect(openStore({ url, schema })).rejects.toMatchObject({
      code: "ECONFIG",
      message: /a pooler stands in between .*pool_mode = session/u,
    });
    const { rows } = await operator().query("select to_regnamespace($1) as found", [schema]);
    expect(rows).toEqual([{ found: null }]);
  });

  test("one that has connections of others already is told as a pooler as well", async ({ skip }) => {
    const url = await pooled("transaction", skip);
    await expect(openStore({ url })).rejects.toThrow(/a pooler stands in between/u);
    // The statements of the first are still prepared on the connection that the second is given.
    await expect(openStore({ url })).rejects.toMatchObject({
      code: "ECONFIG",
      message: /a pooler stands in between .*pool_mode = session/u,
    });
  });

  test("one that keeps a connection for a session is as good as none", async ({ skip }) => {
    const store = await openStore({ url: await pooled("session", skip), schema: freshSchema() });
    const over = new AbortController();
    const seen: (number | undefined)[] = [];
    for await (const { record } of store.watch("orders", { signal: over.signal })) {
      seen.push(record?.epoch);
      if (record !== null) over.abort();
      else await write(store);
    }
    expect(seen).toEqual([undefined, 1]);
  });

  test("a user with the permissions that docs/operations.md names can write, read, watch and list", async () => {
    const [grants = ""] =
      /(?<=```sql\n)grant usage on schema tenure.*?(?=```)/su.exec(readFileSync(OPERATIONS, "utf8")) ?? [];
    const [schema, user, psql] = [freshSchema(), `app_${process.pid}`, operator()];
    await openStore({ schema });
    await psql.query(`create role ${user} login`);
    await psql.query(grants.replaceAll("tenure", schema).replaceAll("app;", `${user};`));
    const store = await openStore({ url: (server?.url ?? "").replace("tenure@", `${user}@`), schema });
    await write(store);
    // With this one the journal is cut.
    const renewed = heldRecord("orders", 1, { renewals: 255 });
    const swapped = await store.compareAndSwap(await store.read("orders"), renewed, eventFor(renewed), {
      durable: false,
    });
    expect(swapped.outcome).toBe("committed");
    expect(await store.list()).toEqual(["orders"]);
    const over = new AbortController();
    for await (const { record } of store.watch("orders", { signal: over.signal })) {
      expect(record?.renewals).toBe(255);
      over.abort();
    }
    expect((await store.probe()).facts).toMatchObject({ user });
  });

  test("a server that is too old is refused, and no table made", async () => {
    const [schema, older, psql] = [freshSchema(), freshSchema(), operator()];
    await psql.query(`create schema ${older};
      create function ${older}.current_setting(name text) returns text language sql as $$
        select case name when 'server_version' then '13.22 (Debian 13.22-1)' else pg_catalog.current_setting(name) end $$`);
    const url = `${server?.url}?options=-c%20search_path%3D${older},pg_catalog`;
    await expect(openStore({ url, schema })).rejects.toMatchObject({
      code: "ECONFIG",
      message: "PostgreSQL: version 13.22 (Debian 13.22-1) is older than 14",
    });
    const { rows } = await psql.query("select to_regnamespace($1) as found", [schema]);
    expect(rows).toEqual([{ found: null }]);
  });

  test("a statement that ran out of its time is told so, and no connection as ended", async () => {
    const url = `${server?.url}?options=-c%20statement_timeout%3D1`;
    const opened = openStore({ url, schema: freshSchema() });
    await expect(opened).rejects.toMatchObject({ code: "ESTOREUNAVAILABLE", message: /raise statement_timeout/u });
  });

  test("a server without TLS is told so, with what to say in the URL", async () => {
    const url = `${server?.url}?sslmode=verify-full`;
    await expect(openPostgresStore({ url })).rejects.toThrow(/it speaks no TLS; .*sslmode=disable/u);
  });
});

test("what hangs up is told so, with what to look for", async () => {
  const other = createServer((socket: Socket) => socket.destroy()).listen(0, "127.0.0.1");
  await once(other, "listening");
  onTestFinished(() => void other.close());
  const url = `postgres://ops@127.0.0.1:${(other.address() as AddressInfo).port}/x`;
  await expect(openPostgresStore({ url })).rejects.toMatchObject({
    code: "ESTOREUNAVAILABLE",
    message: /it ended the connection; does a PostgreSQL server listen there\?/u,
  });
});

async function pooled(mode: "session" | "transaction", skip: TestContext["skip"]): Promise<string> {
  const pooler = server === null ? null : await startPooler(server, mode);
  if (pooler === null) return skip(missing("PgBouncer"));
  onTestFinished(() => pooler.stop());
  return pooler.url;
}

async function write(store: Awaited<ReturnType<typeof openStore>>): Promise<void> {
  const record = heldRecord("orders", 1);
  const swapped = await store.compareAndSwap(await store.read("orders"), record, eventFor(record), { durable: true });
  expect(swapped.outcome).toBe("committed");
}
