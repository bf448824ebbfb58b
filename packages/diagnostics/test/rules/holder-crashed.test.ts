import { expect, test } from "vitest";
import { history, terms } from "../world.ts";

test("holder-crashed tells exit codes, and what a kill leaves behind", async () => {
  const killed = history(terms(3, { releases: false, exitCode: 137 }));
  expect(await killed.finding("holder-crashed")).toMatchObject({
    part: "cause",
    confidence: "high",
    verdict: expect.stringMatching(/^3 of 3 holders .*exit code 137; 137 is a kill -9, 3 times/u) as string,
  });
  expect(await history(terms(3, { releases: false })).finding("holder-crashed")).toBeUndefined();
  expect(await history(terms(3, { exitCode: 1 })).finding("holder-crashed")).toBeUndefined();
});
