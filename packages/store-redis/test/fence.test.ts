import { Fence } from "@tenure/core";
import { describe, expect, test } from "vitest";
import { redisFence } from "../src/index.ts";
import { freshPrefix, openStore, operator, skipped } from "./server.ts";

const clock = { wallTime: () => "2026-01-01T00:00:00.000Z" };

describe.skipIf(skipped !== null)(`a fence in Redis${skipped === null ? "" : `: ${skipped}`}`, () => {
  test("refuses every epoch below the highest it has seen, for all who share it", async () => {
    const prefix = freshPrefix();
    const { storeId } = await openStore({ prefix });
    const fenceOf = (): Fence =>
      new Fence({ storeId, name: "orders", clock, storage: redisFence({ client: operator(), prefix }) });
    const [blue, green] = [fenceOf(), fenceOf()];
    await blue.raise(1);
    await green.raise(2);
    await expect(blue.check(1)).rejects.toMatchObject({ code: "EFENCED" });
    await expect(blue.raise(1)).rejects.toMatchObject({ code: "EFENCED" });
    await green.check(2);
  });

  test("of many who raise at once, the highest stands", async () => {
    const fence = redisFence({ client: operator(), prefix: freshPrefix() });
    const key = { storeId: "one", name: "orders" };
    await Promise.all([3, 9, 5, 10, 1].map((epoch) => fence.raise(key, epoch)));
    expect(await fence.load(key)).toBe(10);
    expect(await fence.load({ ...key, storeId: "another" })).toBe(0);
  });
});
