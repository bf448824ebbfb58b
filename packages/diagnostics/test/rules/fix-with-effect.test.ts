import { expect, test } from "vitest";
import { history, terms, TERM_S } from "../world.ts";

test("fix-with-effect needs a difference that chance does not make", async () => {
  const cured = history([...terms(5, { releases: false }), ...terms(5, { releases: false, lifeS: 180 })]);
  const late = cured.fix(5 * TERM_S + 50);
  expect(await late.finding("fix-with-effect")).toMatchObject({
    part: "symptom",
    verdict: expect.stringMatching(/\(5 terms\) to .* \(4\), Mann-Whitney p = 0\.0/u) as string,
  });
  expect(await late.finding("fix-without-effect")).toBeUndefined();
  expect(
    await history(terms(8, { releases: false }))
      .fix(4 * TERM_S)
      .finding("fix-with-effect"),
  ).toBeUndefined();
});
