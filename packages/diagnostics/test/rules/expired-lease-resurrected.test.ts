import { expect, test } from "vitest";
import { history, holderOf, terms } from "../world.ts";

test("expired-lease-resurrected measures against the lease's own duration", async () => {
  const world = history(terms(1, { lifeS: 50 }));
  expect(await world.finding("expired-lease-resurrected")).toBeUndefined();
  world.says(140, `duty kept by ${holderOf(0)} term 1`);
  expect(await world.finding("expired-lease-resurrected")).toMatchObject({
    verdict: expect.stringMatching(/97 s between two renewals/u) as string,
  });
});
