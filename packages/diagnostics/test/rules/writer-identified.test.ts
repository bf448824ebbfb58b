import { expect, test } from "vitest";
import { ghost, visits } from "../keeper.ts";
import { history, terms } from "../world.ts";

const abandoned = terms(5, { releases: false });

test("writer-identified reads who wrote from how the time is written", async () => {
  const world = visits(history(abandoned), "old-boss").roll(100, ghost(100)).roll(200, ghost(200));
  expect(await world.finding("writer-identified")).toMatchObject({
    verdict: expect.stringContaining("like dddd-dd-ddTdd:dd:ddZ") as string,
  });
  expect(await visits(history(abandoned), "old-boss").finding("writer-identified")).toBeUndefined();
});
