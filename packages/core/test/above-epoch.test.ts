import { expect, test } from "vitest";
import { World } from "./world.ts";

test("rule: the epoch of a lease that comes from another store goes on above it, and above all that were here", async () => {
  const world = new World();
  const { client } = world.join("a");
  const first = await client.acquire("job", { aboveEpoch: 41 });
  expect(first.epoch).toBe(42);
  await first.release();
  const second = await world.join("b").client.tryAcquire("job", { aboveEpoch: 7 });
  expect(second?.epoch).toBe(43);
  await second?.release();
  expect((await world.join("c").client.tryAcquire("job"))?.epoch).toBe(44);
});

test.each([-1, 1.5, Number.NaN, Number.MAX_SAFE_INTEGER])("an epoch %d to lie above is refused", async (aboveEpoch) => {
  const { client } = new World().join("a");
  await expect(client.tryAcquire("job", { aboveEpoch })).rejects.toMatchObject({ code: "EUSAGE" });
});
