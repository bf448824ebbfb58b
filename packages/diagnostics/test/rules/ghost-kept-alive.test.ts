import { expect, test } from "vitest";
import { ghost, visits } from "../keeper.ts";
import { history, terms, type World } from "../world.ts";

const abandoned = terms(5, { releases: false });

test("ghost-kept-alive goes when the row is stale, or its owner speaks", async () => {
  const haunted = (seen?: number): World =>
    visits(history(abandoned), "old-boss").roll(100, ghost(100, seen)).roll(200, ghost(200, seen));
  expect(await haunted().finding("ghost-kept-alive")).toMatchObject({ part: "contributor" });
  expect(await haunted(0).finding("ghost-kept-alive")).toBeUndefined();
  expect(await haunted().says(50, "hello from old-boss").finding("ghost-kept-alive")).toBeUndefined();
});
