import { expect, test } from "vitest";
import { history, terms } from "../world.ts";

test("stale-error-burst: errors of one moment do not explain what happens all the time", async () => {
  const world = history(terms(6, { releases: false }));
  for (const line of [3, 7, 9]) world.mutters(210, `keeper.sh: ${line}: not found`);
  const finding = await world.finding("stale-error-burst");
  expect(finding).toMatchObject({ part: "red-herring", change: "" });
  expect(finding?.verdict).toMatch(/^3 error lines \(3 without a time of their own\) are one burst/u);
  for (let at = 0; at < 1_200; at += 100) world.mutters(at, `keeper.sh: ${at}: not found`);
  expect(await world.finding("stale-error-burst")).toBeUndefined();
});
