import type { LeaseStore, Snapshot, SwapOutcome } from "@tenure/core";
import { eventFor, heldRecord } from "@tenure/core/testing";
import type { LeaseRecord } from "@tenure/schema";
import { describe, expect, test } from "vitest";
import { freshSchema, openStore, operator, skipped } from "./server.ts";

describe.skipIf(skipped !== null)(`what was damaged by hand${skipped === null ? "" : `: ${skipped}`}`, () => {
  async function write(store: LeaseStore, expected: Snapshot, record: LeaseRecord): Promise<SwapOutcome> {
    return await store.compareAndSwap(expected, record, eventFor(record), { durable: true });
  }

  async function writeNext(store: LeaseStore, name: string, epoch: number): Promise<Snapshot> {
    const swapped = await write(store, await store.read(name), heldRecord(name, epoch));
    if (swapped.outcome !== "committed") throw new Error(swapped.outcome);
    return swapped.snapshot;
  }

  test.each([
    ["without a nonce", '{"epoch":2}'],
    ["with an epoch that is no number", '{"epoch":"x","nonce":"n"}'],
    ["with an epoch that no number holds", '{"epoch":99999999999999999999,"nonce":"n"}'],
    ["with a character that no text holds", '{"epoch":2,"nonce":"n","name":"\\u0000"}'],
    ["that is null", "null"],
    ["that is a list", "[2]"],
  ])("a record %s is told as damaged, and nobody writes over it", async (_, damaged) => {
    const schema = freshSchema();
    const [store, other] = [await openStore({ schema }), await openStore({ schema })];
    const before = await writeNext(store, "orders", 1);
    const last = await writeNext(store, "orders", 2);
    const psql = operator();
    await psql.query(`update ${schema}.lease set record = $1`, [damaged]);
    const corrupt = { code: "ESTATECORRUPT", facts: { name: "orders" } };
    await expect(store.read("orders")).rejects.toMatchObject(corrupt);
    for (const [expected, epoch] of [
      [before, 2],
      [last, 3],
    ] as const) {
      const outcome = await write(other, expected, heldRecord("orders", epoch)).then(
        (swapped) => swapped.outcome,
        (error: unknown) => (error as NodeJS.ErrnoException).code,
      );
      expect(outcome).toMatch(/^(?:conflict|ESTATECORRUPT)$/u);
    }
    const { rows } = await psql.query<{ record: string }>(`select record::text from ${schema}.lease`);
    expect(rows).toEqual([{ record: damaged }]);
  });

  test("a lease of a fraction of a millisecond more is waited out, whatever becomes of its row", async () => {
    const schema = freshSchema();
    const store = await openStore({ schema });
    const record = heldRecord("orders", 1, { leaseDurationMs: 15_000.5 });
    expect((await write(store, await store.read("orders"), record)).outcome).toBe("committed");
    await operator().query(`delete from ${schema}.lease`);
    expect(await store.read("orders")).toMatchObject({ record: null, epochFloor: 1, floorWaitMs: 15_001 });
  });

  test("a lease that the server refuses to write takes no other with it", async () => {
    const schema = freshSchema();
    const store = await openStore({ schema });
    await operator().query(`create function ${schema}.refuse() returns trigger language plpgsql as $$ begin
        raise exception 'not this one' using errcode = '42501'; end $$;
      create trigger refuse before insert or update on ${schema}.lease for each row when (new.name = 'b')
        execute function ${schema}.refuse()`);
    const vacant = await Promise.all(["a", "b", "c"].map((name) => store.read(name)));
    const swaps = await Promise.allSettled(vacant.map((it) => write(store, it, heldRecord(it.name, 1))));
    expect(swaps).toMatchObject([
      { value: { outcome: "committed" } },
      { reason: { code: "EPERMISSION", message: /not this one/u } },
      { value: { outcome: "committed" } },
    ]);
  });
});
