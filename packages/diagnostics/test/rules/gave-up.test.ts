import { expect, test } from "vitest";
import { history, terms, TERM_S } from "../world.ts";

test("gave-up is the cause where nothing starts the holder again, and else tells how long that took", async () => {
  expect(await history(terms(2)).finding("gave-up")).toBeUndefined();
  const ended = history(terms(2)).says(2 * TERM_S, "guard gives up");
  expect(await ended.finding("gave-up")).toMatchObject({ part: "cause", confidence: "high" });
  expect(await ended.says(2 * TERM_S + 300, "forked 900").finding("gave-up")).toMatchObject({
    part: "contributor",
    verdict: expect.stringContaining("the next start came") as string,
  });
});

test("gave-up says nothing of what nobody could start while a holder led on", async () => {
  expect(await history(terms(2)).says(20, "guard gives up").finding("gave-up")).toBeUndefined();
});
