import { expect, test } from "vitest";
import { history, terms } from "../world.ts";

const abandoned = terms(5, { releases: false });

test("holder-ended-renewals-healthy counts the renewals that were due", async () => {
  const finding = await history(abandoned).finding("holder-ended-renewals-healthy");
  expect(finding).toMatchObject({ part: "cause", confidence: "high" });
  expect(finding?.verdict).toMatch(/14 of 14 expected renewals/u);
});
