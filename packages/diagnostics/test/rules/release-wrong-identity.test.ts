import { expect, test } from "vitest";
import { history, terms, TERM_S } from "../world.ts";

test("release-wrong-identity sees the other identity of the process sign off", async () => {
  const world = history(terms(0));
  for (const index of [0, 1, 2]) {
    const at = index * TERM_S;
    world.says(at + 1, `forked ${900 + index}`).says(at + 2, `hello from clerk-${index}`);
    world.says(at + 3, `hello from boss-${index}`).says(at + 4, `duty taken by boss-${index} term ${index + 1}`);
    world.says(at + 30, `goodbye from clerk-${index}`);
  }
  expect(await world.finding("release-wrong-identity")).toMatchObject({ part: "cause", confidence: "high" });
  world.says(31, "goodbye from boss-0").says(TERM_S + 31, "goodbye from boss-1");
  expect(await world.finding("release-wrong-identity")).toBeUndefined();
});
