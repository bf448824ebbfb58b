import { type LeaseStore } from "@tenure/core";
import { eventFor, heldRecord } from "@tenure/core/testing";
import type { Redis } from "ioredis";
import { describe, expect, test } from "vitest";
import { freshPrefix, obey, openStore, operator, skipped, write } from "./server.ts";

const TOO_MUCH = `9${"0".repeat(20)}`;

interface Damaged {
  readonly store: LeaseStore;
  readonly ops: Redis;
  readonly prefix: string;
}

/** A store with epoch 7 of a lease, of which somebody wrote a field anew; without a text, removed it. */
async function damaged(key: string, field: string, text?: string): Promise<Damaged> {
  const [prefix, ops] = [freshPrefix(), operator()];
  const store = await openStore({ prefix });
  await write(store, 7);
  const at = `{${prefix}}:${key}`;
  await (text === undefined ? ops.hdel(at, field) : ops.hset(at, field, text));
  return { store, ops, prefix };
}

describe.skipIf(skipped !== null)(`what stands in Redis is damaged${skipped === null ? "" : `: ${skipped}`}`, () => {
  test.each([
    ["floors", "orders", "abc"],
    ["floors", "orders", ""],
    ["floors", "orders", `7 ${TOO_MUCH}`],
    ["floors", "orders", TOO_MUCH],
    ["lease:orders", "epoch", undefined],
    ["lease:orders", "epoch", "seven"],
    ["lease:orders", "changed_at", "noon"],
  ])("%s %s as %j is told with the repair, which is obeyed, and nothing is overwritten", async (key, field, text) => {
    const { store, ops, prefix } = await damaged(key, field, text);
    const failure: unknown = await store.read("orders").catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: "ESTATECORRUPT",
      message: expect.stringMatching(/Nothing was overwritten.*in redis-cli/u) as unknown,
      facts: { name: "orders" },
    });
    const next = heldRecord("orders", 8);
    const asSeen = {
      name: "orders",
      storeId: store.storeId,
      record: null,
      revision: "0",
      epochFloor: 0,
      floorWaitMs: 0,
    };
    await expect(store.compareAndSwap(asSeen, next, eventFor(next), { durable: true })).rejects.toMatchObject({
      code: "ESTATECORRUPT",
    });
    expect(await ops.hget(`{${prefix}}:${key}`, field)).toBe(text ?? null);
    await obey(ops, failure as Error);
    const mended = await store.read("orders");
    expect(mended).toMatchObject({ epochFloor: 7, floorWaitMs: 15_000 });
    expect(await write(store, 8)).toMatchObject({ record: { epoch: 8 } });
  });

  test("the counter of revisions, too, and only to who writes", async () => {
    const { store, ops } = await damaged("store", "revision", "many");
    expect(await store.read("orders")).toMatchObject({ record: { epoch: 7 } });
    const failure = await write(store, 8).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "ESTATECORRUPT", message: expect.stringMatching(/redis-cli/u) as unknown });
    await obey(ops, failure as Error);
    expect(await write(store, 8)).toMatchObject({ record: { epoch: 8 } });
  });

  test.each([
    ["no JSON", "{"],
    ["one that is too deep", "[".repeat(1_000)],
    ["one that is too long", JSON.stringify({ ...heldRecord("orders", 7), more: "y".repeat(70_000) })],
  ])("a record, %s, is refused, and so is a line of the journal", async (_, text) => {
    const { store, ops, prefix } = await damaged("lease:orders", "record", text);
    await expect(store.read("orders")).rejects.toMatchObject({ code: "ESTATECORRUPT" });
    await ops.xadd(`{${prefix}}:journal:orders`, "*", "event", text, "record", text);
    const reading = (async (): Promise<void> => {
      for await (const { event } of store.journal("orders")) expect(event).toMatchObject({ epoch: 7 });
    })();
    await expect(reading).rejects.toMatchObject({ code: "ESTATECORRUPT" });
  });

  test("a record that every reader would refuse is not written", async () => {
    const store = await openStore({ prefix: freshPrefix() });
    const record = { ...heldRecord("orders", 1), more: "y".repeat(70_000) };
    const before = await store.read("orders");
    await expect(store.compareAndSwap(before, record, eventFor(record), { durable: true })).rejects.toMatchObject({
      code: "EINVALID",
      message: expect.stringMatching(/cannot be written as lease orders/u) as unknown,
    });
    expect(await store.read("orders")).toEqual(before);
  });
});
