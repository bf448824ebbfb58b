import { expect, test } from "vitest";
import { history, terms } from "../world.ts";

test("forged-lease sees a holder in the state that never acquired", async () => {
  expect(await history(terms(3)).finding("forged-lease")).toBeUndefined();
  expect(await history(terms(3)).state(150, "intruder", 2).finding("forged-lease")).toMatchObject({ part: "cause" });
});
