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

test.each([
  ["in the same second", 20],
  ["a moment after it, by another clock", 20.4],
])("stolen-while-valid takes no release that is told %s for none", async (_, released) => {
  const world = history(terms(2))
    .says(end, "duty taken by a term 3")
    .says(end + 20, "duty taken by b term 4")
    .says(end + released, "duty handed in by a");
  const { findings, terms: found } = await world.diagnosed();
  expect(findings).toEqual([]);
  expect(found.map(({ explanation }) => explanation)[2]).toBe("it was released");
});

test("stolen-while-valid counts an end that is told a moment later where its number is known", async () => {
  const world = history(terms(2))
    .says(end - 1, "forked 900")
    .says(end, "duty taken by a term 3")
    .says(end + 20, "duty taken by b term 4")
    .says(end + 20.5, "reaped 900 code 1 as crash");
  expect(await world.finding("stolen-while-valid")).toBeUndefined();
});
