import type { LeaseStore, Snapshot, SwapOutcome } from "@tenure/core";
import { eventFor, heldRecord } from "@tenure/core/testing";
import { startPostgresStandby } from "@tenure/engines";
import { Pool } from "pg";
import { describe, expect, onTestFinished, test } from "vitest";
import { openPostgresStore } from "../src/index.ts";
import { freshSchema, openStore, operator, proxied, server, skipped } from "./server.ts";

describe.skipIf(skipped !== null)(
  `what answers is not what was opened${skipped === null ? "" : `: ${skipped}`}`,
  () => {
    async function write(store: LeaseStore, expected: Snapshot, epoch: number): Promise<SwapOutcome> {
      const record = heldRecord(expected.name, epoch);
      return await store.compareAndSwap(expected, record, eventFor(record), { durable: true });
    }

    async function firstLine(store: LeaseStore, name: string): Promise<unknown> {
      return await store.journal(name)[Symbol.asyncIterator]().next();
    }

    async function failureOf(asking: Promise<unknown>): Promise<Error> {
      return await asking.then(
        () => new Error("it did not fail"),
        (error: unknown) => error as Error,
      );
    }

    test("tables that were made anew are believed by nobody who knew the old ones, and written by none of them", async () => {
      const schema = freshSchema();
      const [store, psql] = [await openStore({ schema }), operator()];
      await write(store, await store.read("orders"), 7);
      const vacant = await store.read("bills");
      await psql.query(`drop schema ${schema} cascade`);
      const anew = await openStore({ schema });
      await write(anew, await anew.read("orders"), 1);

      const swaps = await Promise.allSettled(["bills", "orders"].map((name) => write(store, { ...vacant, name }, 8)));
      const gone = { code: "EEPOCHREGRESSION" };
      expect(swaps).toMatchObject([
        { status: "rejected", reason: gone },
        { status: "rejected", reason: { ...gone, facts: { name: "orders", epoch: 7 } } },
      ]);
      await expect(store.read("bills")).rejects.toMatchObject({
        ...gone,
        message: expect.stringMatching(new RegExp(`holds store ${anew.storeId} now, and store ${store.storeId}`, "u")),
      });
      await expect(firstLine(store, "orders")).rejects.toMatchObject(gone);
      await expect(firstLine(store, "bills")).rejects.toMatchObject(gone);
      await expect(store.list()).rejects.toMatchObject(gone);
      expect((await psql.query(`select name from ${schema}.lease`)).rows).toEqual([{ name: "orders" }]);

      const failure = await failureOf(store.read("orders"));
      expect(failure).toMatchObject({ ...gone, facts: { name: "orders", epoch: 7 } });
      for (const statement of failure.message.match(/insert into .*?;/gu) ?? []) await psql.query(statement);
      expect(await store.read("orders")).toMatchObject({ storeId: store.storeId, record: null, epochFloor: 7 });
      await expect(anew.read("orders")).rejects.toMatchObject(gone);
    });

    test("a store whose name was deleted is gone, and can be brought back", async () => {
      const schema = freshSchema();
      const [store, psql] = [await openStore({ schema }), operator()];
      const vacant = await store.read("bills");
      await psql.query(`delete from ${schema}.store`);
      await expect(write(store, vacant, 1)).rejects.toThrow(/holds no store any more/u);
      await expect(store.list()).rejects.toThrow(/holds no store any more/u);
      const { message } = await failureOf(store.read("bills"));
      for (const statement of message.match(/insert into .*?;/gu) ?? []) await psql.query(statement);
      expect(await write(store, await store.read("bills"), 1)).toMatchObject({ outcome: "committed" });
    });

    test("a standby that the name leads to by now is not believed, and its connection not kept", async () => {
      if (server === null) throw new Error("there is no server to follow");
      const [schema, network] = [freshSchema(), await proxied()];
      const pool = new Pool({ connectionString: network.url, max: 2 });
      pool.on("error", () => {});
      onTestFinished(() => pool.end());
      const [store, primary] = [await openPostgresStore({ pool, schema }), await openStore({ schema })];
      await write(primary, await primary.read("orders"), 1);
      const standby = await startPostgresStandby(server);
      onTestFinished(() => standby.stop());
      network.target = standby;
      const refused = { code: "ESTOREUNAVAILABLE", message: /is a standby, which takes no writes; name the primary/u };
      await expect.poll(() => failureOf(store.read("orders"))).toMatchObject(refused);
      expect(pool.totalCount).toBe(0);
      await expect(firstLine(store, "orders")).rejects.toMatchObject(refused);
      await expect(store.list()).rejects.toMatchObject(refused);
      network.target = server;
      await expect.poll(async () => (await store.read("orders").catch(() => null))?.record?.epoch).toBe(1);
    });
  },
);
