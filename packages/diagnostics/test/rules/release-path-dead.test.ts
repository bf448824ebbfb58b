import { expect, test } from "vitest";
import { history, terms } from "../world.ts";

const abandoned = terms(5, { releases: false });

test("release-path-dead goes with one release", async () => {
  expect(await history(abandoned).finding("release-path-dead")).toMatchObject({ confidence: "high" });
  const once = [...terms(1), ...abandoned];
  expect(await history(once).finding("release-path-dead")).toBeUndefined();
});
