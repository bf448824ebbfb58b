import { expect, test } from "vitest";
import { history, terms } from "../world.ts";

const abandoned = terms(5, { releases: false });

test("detection-latency takes lease, grace and poll apart", async () => {
  const finding = await history(abandoned).finding("detection-latency");
  expect(finding).toMatchObject({ part: "symptom", change: "" });
  expect(finding?.verdict).toMatch(
    /lease duration 60 s \+ grace 10 s, rounded up to the next poll of 20 s, in 5 of 5/u,
  );
});
