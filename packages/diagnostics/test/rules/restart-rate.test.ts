import { expect, test } from "vitest";
import { history, terms } from "../world.ts";

test("restart-rate measures, beside what was claimed", async () => {
  const finding = await history(terms(6)).says(0, "at most 2 forks an hour").finding("restart-rate");
  expect(finding?.verdict).toBe(
    "18.0 starts an hour while the watchdog ran (6 in all), where 2 were claimed or allowed",
  );
  expect(await history(terms(2)).finding("restart-rate")).toBeUndefined();
});
