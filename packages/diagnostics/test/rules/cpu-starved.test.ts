import { expect, test } from "vitest";
import { history, terms, TERM_S } from "../world.ts";

const end = 2 * TERM_S;

test("cpu-starved counts only before a loss", async () => {
  const world = history(terms(2)).says(end, "watchdog: BUG: soft lockup - CPU#0 stuck for 23s!");
  expect(await world.finding("cpu-starved")).toBeUndefined();
  expect(await world.says(end + 20, "duty lost by printer-1").finding("cpu-starved")).toMatchObject({ part: "cause" });
});
