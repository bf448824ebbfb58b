import { expect, test } from "vitest";
import { history, terms, TERM_S } from "../world.ts";

test("fix-without-effect compares the gaps before and after", async () => {
  const same = history(terms(8, { releases: false })).fix(4 * TERM_S);
  expect(await same.finding("fix-without-effect")).toMatchObject({
    part: "red-herring",
    verdict: expect.stringMatching(/changed nothing: .* \(3 terms\) .* \(3\), Mann-Whitney p = /u) as string,
  });
  expect(
    await history(terms(8, { releases: false }))
      .fix(8 * TERM_S)
      .finding("fix-without-effect"),
  ).toBeUndefined();
});
