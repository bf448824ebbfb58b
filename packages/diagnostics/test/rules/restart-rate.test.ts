import { expect, test } from "vitest";
import { history, terms, World } from "../world.ts";

test("restart-rate measures, beside what was claimed", async () => {
  const finding = await history(terms(6)).says(0, "at most 2 forks an hour").finding("restart-rate");
  expect(finding?.verdict).toBe(
    "18.0 starts an hour while the watchdog ran (6 in all), where 2 were claimed or allowed",
  );
  const burst = new World();
  for (let at = 0; at < 250; at += 50) burst.says(at, `forked ${at}`);
  expect((await burst.finding("restart-rate"))?.verdict).toBe("5 starts within 200 s (5 in all)");
  expect(await history(terms(2)).finding("restart-rate")).toBeUndefined();
});
