import { expect, test } from "vitest";
import { history, terms } from "../world.ts";

test("one-shot-holder needs most holders to be gone within their first lease", async () => {
  expect(await history(terms(5, { releases: false, lifeS: 15 })).finding("one-shot-holder")).toMatchObject({
    verdict: expect.stringMatching(/5 of 5 .* 5 without a single renewal/u) as string,
  });
  expect(await history(terms(5, { releases: false, lifeS: 80 })).finding("one-shot-holder")).toBeUndefined();
});
