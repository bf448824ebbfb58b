import { expect, test } from "vitest";
import { history, terms } from "../world.ts";

test("watchdog-blocked needs a rest that is longer than a poll, and no poll meanwhile", async () => {
  const world = history(terms(2, { releases: false }));
  expect(await world.says(160, "guard rests 2 s").finding("watchdog-blocked")).toBeUndefined();
  expect(await world.says(162, "guard rests 90 s").finding("watchdog-blocked")).toMatchObject({
    part: "contributor",
  });
  expect(
    await history(terms(2, { releases: false }))
      .says(80, "guard rests 90 s")
      .finding("watchdog-blocked"),
  ).toBeUndefined();
});
