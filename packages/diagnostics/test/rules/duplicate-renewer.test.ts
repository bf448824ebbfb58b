import { expect, test } from "vitest";
import { visits } from "../keeper.ts";
import { history, terms } from "../world.ts";

const abandoned = terms(5, { releases: false });

test("duplicate-renewer sees two phases, and one that goes on after the stop", async () => {
  expect(await visits(history(abandoned), "x").finding("duplicate-renewer")).toBeUndefined();
  const two = visits(visits(history(abandoned), "x"), "x", 12);
  expect(await two.finding("duplicate-renewer")).toMatchObject({ part: "contributor" });
  const orphaned = visits(history(abandoned), "x").says(1, "keeper up with stop").says(300, "keeper down");
  expect(await orphaned.finding("duplicate-renewer")).toMatchObject({
    confidence: "high",
    verdict: expect.stringContaining("taken for the path of a pid file") as string,
  });
});
