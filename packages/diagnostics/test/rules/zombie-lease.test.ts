import { expect, test } from "vitest";
import { history, holderOf, terms } from "../world.ts";

test("zombie-lease sees renewals after the end", async () => {
  const world = history(terms(1, { releases: false, lifeS: 50 }));
  expect(await world.finding("zombie-lease")).toBeUndefined();
  world.state(100, holderOf(0), 1).state(120, holderOf(0), 1);
  expect(await world.finding("zombie-lease")).toMatchObject({ part: "cause", confidence: "medium" });
  for (const at of [140, 160, 180]) world.state(at, holderOf(0), 1);
  expect(await world.finding("zombie-lease")).toMatchObject({ confidence: "high" });
});
