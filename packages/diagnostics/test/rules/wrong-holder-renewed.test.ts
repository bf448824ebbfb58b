import { expect, test } from "vitest";
import { visits } from "../keeper.ts";
import { history, holderOf, terms } from "../world.ts";

const abandoned = terms(5, { releases: false });

test("wrong-holder-renewed warns of the naive repair", async () => {
  const finding = await visits(history(abandoned), "old-boss").finding("wrong-holder-renewed");
  expect(finding?.verdict).toMatch(/in 45 of 45 cycles, always the same/u);
  expect(finding?.change).toMatch(/would keep dead leaders in office for ever/u);
  const right = visits(history(terms(1, { lifeS: 150 })), holderOf(0), 5, 150);
  expect(await right.finding("wrong-holder-renewed")).toBeUndefined();
});
