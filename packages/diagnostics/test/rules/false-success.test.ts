import { expect, test } from "vitest";
import { history, terms } from "../world.ts";

const abandoned = terms(5, { releases: false });

test("false-success sees the refusal beside the claim", async () => {
  const world = history(abandoned);
  for (const at of [10, 30, 50]) world.says(at, "keeper: not on duty").says(at, "keeper: duty of printer-0 prolonged");
  expect(await world.finding("false-success")).toMatchObject({
    verdict: expect.stringMatching(/^3 of 3/u) as string,
  });
  const honest = history(abandoned);
  for (const at of [10, 30, 50]) honest.says(at, "keeper: duty of printer-0 prolonged");
  expect(await honest.finding("false-success")).toBeUndefined();
});
