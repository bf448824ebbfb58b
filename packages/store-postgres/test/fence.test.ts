import { Fence } from "@tenure/core";
import { describe, expect, test } from "vitest";
import { FENCED_SQLSTATE, fenceTrigger, postgresFence } from "../src/index.ts";
import { freshSchema, openStore, operator, skipped } from "./server.ts";

const clock = { wallTime: () => "2026-01-01T00:00:00.000Z" };

describe.skipIf(skipped !== null)(`a fence in PostgreSQL${skipped === null ? "" : `: ${skipped}`}`, () => {
  test("refuses every epoch below the highest it has seen, for all who share it", async () => {
    const schema = freshSchema();
    const { storeId } = await openStore({ schema });
    const fenceOf = (): Fence =>
      new Fence({ storeId, name: "orders", clock, storage: postgresFence({ pool: operator(), schema }) });
    const [blue, green] = [fenceOf(), fenceOf()];
    await blue.raise(1);
    await green.raise(2);
    await expect(blue.check(1)).rejects.toMatchObject({ code: "EFENCED" });
    await expect(blue.raise(1)).rejects.toMatchObject({ code: "EFENCED" });
    await green.check(2);
  });

  test("a fenced table takes writes of the leader, and none of a former one or of nobody", async () => {
    const schema = freshSchema();
    const { storeId } = await openStore({ schema });
    const psql = operator();
    await psql.query(`create table ${schema}.ledger (line text)`);
    await psql.query(fenceTrigger({ storeId, name: "orders", table: `${schema}.ledger`, schema }));
    const write = (epoch: number, line: string): Promise<unknown> =>
      psql.query(`begin; set local tenure.epoch = '${epoch}'; insert into ${schema}.ledger values ('${line}'); commit`);
    const refused = { code: FENCED_SQLSTATE };
    await write(1, "blue");
    await write(2, "green");
    await expect(write(1, "late")).rejects.toMatchObject(refused);
    await psql.query("rollback");
    await expect(psql.query(`insert into ${schema}.ledger values ('nobody')`)).rejects.toMatchObject(refused);
    await expect(psql.query(`delete from ${schema}.ledger`)).rejects.toMatchObject(refused);
    const { rows } = await psql.query<{ line: string }>(`select line from ${schema}.ledger`);
    expect(rows.map(({ line }) => line)).toEqual(["blue", "green"]);
  });

  test("a write that was let through lands before the next leader raises the fence", async () => {
    const schema = freshSchema();
    const { storeId } = await openStore({ schema });
    const psql = operator();
    const [blue, green] = [await psql.connect(), postgresFence({ pool: operator(), schema })];
    await blue.query("begin");
    await blue.query(`select ${schema}.admit($1, 'orders', 1)`, [storeId]);
    const raised = green.raise({ storeId, name: "orders" }, 2);
    const waiting = "select exists (select from pg_locks where not granted) as waits";
    await expect.poll(async () => (await psql.query<{ waits: boolean }>(waiting)).rows[0]?.waits).toBe(true);
    await blue.query("commit");
    expect(await raised).toBe(2);
    blue.release();
  });
});
