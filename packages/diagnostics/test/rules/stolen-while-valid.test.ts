import { expect, test } from "vitest";
import { history, terms, TERM_S } from "../world.ts";

const end = 2 * TERM_S;

test("stolen-while-valid needs a lease that had time left, and no end", async () => {
  const taken = (at: number): ReturnType<typeof history> =>
    history(terms(2))
      .says(end, "duty taken by a term 3")
      .says(end + at, "duty taken by b term 4");
  expect(await taken(20).finding("stolen-while-valid")).toMatchObject({
    verdict: expect.stringContaining("40 s were left") as string,
  });
  expect(await taken(61).finding("stolen-while-valid")).toBeUndefined();
  expect(
    await taken(20)
      .says(end + 10, "duty handed in by a")
      .finding("stolen-while-valid"),
  ).toBeUndefined();
});
