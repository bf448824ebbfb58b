import { expect, test } from "vitest";
import { World } from "../world.ts";

test("start-failed needs three starts in a row that end before they lead", async () => {
  const world = (count: number): World => {
    const made = new World();
    for (let each = 0; each < count; each++)
      made.says(each * 30, `forked ${each + 9}`).says(each * 30 + 5, `reaped ${each + 9} code 1 as failed`);
    return made;
  };
  expect(await world(2).finding("start-failed")).toBeUndefined();
  expect((await world(4).finding("start-failed"))?.verdict).toContain("4 starts in a row");
});
