import type { LeaseStore, SwapOutcome } from "@tenure/core";
import { eventFor, heldRecord } from "@tenure/core/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { freshSchema, openStore, operator, server, skipped } from "./server.ts";

const BUSY = ["busy-1", "busy-2"];

describe.skipIf(skipped !== null)(`swaps that come together${skipped === null ? "" : `: ${skipped}`}`, () => {
  /** Looks at all of them first: whoever is acquired then is asked for at once. */
  async function whoAcquires(
    store: LeaseStore,
    names: readonly string[],
  ): Promise<(name: string, signal?: AbortSignal) => Promise<SwapOutcome>> {
    const vacant = new Map(await Promise.all(names.map(async (name) => [name, await store.read(name)] as const)));
    return async (name, signal) => {
      const [snapshot, record] = [vacant.get(name), heldRecord(name, 1)];
      if (snapshot === undefined) throw new Error(`nobody looked at ${name}`);
      return await store.compareAndSwap(snapshot, record, eventFor(record), {
        durable: true,
        ...(signal && { signal }),
      });
    };
  }

  /** As a transaction of another client that is not at its end yet. */
  async function occupy(schema: string, names: readonly string[]): Promise<() => Promise<void>> {
    const client = await operator().connect();
    let isFree = false;
    const free = async (): Promise<void> => {
      if (isFree) return;
      isFree = true;
      await client.query("commit");
      client.release();
    };
    onTestFinished(free);
    await client.query("begin");
    for (const name of names)
      await client.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [`${schema}.${name}`]);
    return free;
  }

  async function waitingForLocks(schema: string): Promise<number> {
    const { rows } = await operator().query<{ waiting: number }>(
      "select count(*)::int as waiting from pg_stat_activity where wait_event = 'advisory' and query like $1",
      [`%"${schema}"%`],
    );
    return rows[0]?.waiting ?? 0;
  }

  /** Each has a transaction of its own. */
  async function keepBusy(
    schema: string,
    acquire: (name: string) => Promise<SwapOutcome>,
  ): Promise<Promise<SwapOutcome>[]> {
    const busy: Promise<SwapOutcome>[] = [];
    for (const name of BUSY) {
      busy.push(acquire(name));
      await expect.poll(() => waitingForLocks(schema)).toBe(busy.length);
    }
    return busy;
  }

  async function transactionsOf(schema: string, names: readonly string[]): Promise<number> {
    const { rows } = await operator().query<{ n: number }>(
      `select count(distinct xmin::text)::int as n from ${schema}.lease where name = any($1)`,
      [names],
    );
    return rows[0]?.n ?? 0;
  }

  test("are committed by few transactions, and each has its own outcome", async () => {
    const schema = freshSchema();
    const store = await openStore({ schema });
    const names = Array.from({ length: 250 }, (_, at) => `lease-${at}`);
    const acquire = await whoAcquires(store, names);
    await acquire("lease-77");
    const outcomes = await Promise.all(names.map((name) => acquire(name)));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(
      names.map((name) => (name === "lease-77" ? "conflict" : "committed")),
    );
    expect(outcomes.map((it) => it.outcome === "committed" && it.snapshot.name)).toEqual(
      names.map((name) => name !== "lease-77" && name),
    );
    expect(await transactionsOf(schema, names)).toBeLessThan(10);
  });

  test("renewals without a pause are told together now and then, and the last one at rest", async () => {
    const schema = freshSchema();
    const store = await openStore({ schema });
    const record = heldRecord("orders", 1);
    const acquire = await whoAcquires(store, ["orders"]);
    let last = await acquire("orders");
    const hearer = await operator().connect();
    let heard = 0;
    hearer.on("notification", () => (heard += 1));
    onTestFinished(() => hearer.release(true));
    await hearer.query(`listen "tenure_${schema}"`);
    for (let renewals = 1; renewals <= 80; renewals += 1) {
      if (last.outcome !== "committed") throw new Error(last.outcome);
      const next = { ...record, renewals, nonce: `renewal-nonce-${renewals}` };
      last = await store.compareAndSwap(last.snapshot, next, eventFor(next), { durable: false });
    }
    const meanwhile = heard;
    await expect.poll(() => heard, { timeout: 20_000 }).toBeGreaterThan(meanwhile);
    expect(meanwhile).toBeGreaterThan(0);
    expect(heard).toBeLessThan(20);
  });

  test("one that is given up before its turn was never sent; the others go on", async () => {
    const schema = freshSchema();
    const store = await openStore({ schema });
    const free = await occupy(schema, BUSY);
    const acquire = await whoAcquires(store, [...BUSY, "left", "stays", "stays-too"]);
    const busy = await keepBusy(schema, acquire);
    const giveUp = new AbortController();
    const refused = expect(acquire("left", giveUp.signal)).rejects.toMatchObject({
      code: "ESTOREUNAVAILABLE",
      message: expect.stringContaining("nothing was sent") as string,
    });
    const staying = [acquire("stays"), acquire("stays-too")];
    giveUp.abort(new Error("no patience"));
    await refused;
    await free();
    expect((await Promise.all([...busy, ...staying])).map(({ outcome }) => outcome)).toEqual(
      Array.from({ length: 4 }, () => "committed"),
    );
    expect((await store.read("left")).record).toBeNull();
    expect(await transactionsOf(schema, ["stays", "stays-too"])).toBe(1);
  });

  test("one that is given up under way is unknown, and takes nothing from the others of its transaction", async () => {
    const schema = freshSchema();
    const store = await openStore({ schema });
    const [free, freeLast] = [await occupy(schema, BUSY), await occupy(schema, ["slow"])];
    const acquire = await whoAcquires(store, [...BUSY, "fast", "slow"]);
    const busy = await keepBusy(schema, acquire);
    const giveUp = new AbortController();
    const [fast, slow] = [acquire("fast", giveUp.signal), acquire("slow")];
    await free();
    await Promise.all(busy);
    await expect.poll(() => waitingForLocks(schema)).toBe(1);
    giveUp.abort(new Error("no patience"));
    expect(await fast).toMatchObject({ outcome: "unknown" });
    await freeLast();
    expect(await slow).toMatchObject({ outcome: "committed" });
    expect((await store.read("fast")).record?.epoch).toBe(1);
    expect(await transactionsOf(schema, ["fast", "slow"])).toBe(1);
  });

  /** Rolls back each transaction until so many were tried. */
  async function rollBack(schema: string, times: number): Promise<void> {
    await operator().query(`create sequence ${schema}.tried;
      create function ${schema}.roll_back() returns trigger language plpgsql as $$ begin
        if nextval('${schema}.tried') <= ${times} then raise exception 'another came first' using errcode = '40001'; end if;
        return new; end $$;
      create trigger roll_back before insert or update on ${schema}.lease for each row execute function ${schema}.roll_back()`);
  }

  test("one that was rolled back for the sake of another is sent again, and is no conflict", async () => {
    const schema = freshSchema();
    const store = await openStore({ schema });
    await rollBack(schema, 3);
    const acquire = await whoAcquires(store, ["orders"]);
    expect(await acquire("orders")).toMatchObject({ outcome: "committed" });
  });

  test("one that is rolled back again and again is refused, and is no conflict", async () => {
    const schema = freshSchema();
    const store = await openStore({ schema });
    await rollBack(schema, 1_000);
    const acquire = await whoAcquires(store, ["orders"]);
    await expect(acquire("orders")).rejects.toMatchObject({
      code: "ESTOREUNAVAILABLE",
      message: expect.stringContaining("another came first") as string,
    });
  });

  test("are committed where the server isolates transactions further unless it is told", async () => {
    const schema = freshSchema();
    const url = new URL(server?.url ?? "");
    url.searchParams.set("options", "-c default_transaction_isolation=serializable");
    const store = await openStore({ url: url.href, schema });
    const psql = operator();
    await psql.query(`create table ${schema}.seen (setting text);
      create function ${schema}.note() returns trigger language plpgsql as $$ begin
        insert into ${schema}.seen values (current_setting('transaction_isolation')); return new; end $$;
      create trigger note after insert or update on ${schema}.lease for each row execute function ${schema}.note()`);
    const acquire = await whoAcquires(store, ["orders"]);
    await acquire("orders");
    const { rows } = await psql.query<{ setting: string }>(`select setting from ${schema}.seen`);
    expect(rows).toEqual([{ setting: "read committed" }]);
  });
});
