import { expect, test } from "vitest";
import { history, terms, TERM_S } from "../world.ts";

test("epoch-regression shows who reset it, and is silent while epochs rise", async () => {
  const world = history(terms(3));
  expect(await world.finding("epoch-regression")).toBeUndefined();
  world.state(3 * TERM_S - 5, null, 0).says(3 * TERM_S, "duty taken by stranger term 1");
  const finding = await world.finding("epoch-regression");
  expect(finding?.verdict).toMatch(/from 3 to 1 .*emptied or deleted/u);
  expect(finding?.evidence.map(({ file }) => file)).toEqual(["guard.log", "duty.jsonl", "guard.log"]);
});
