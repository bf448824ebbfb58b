import { expect, test } from "vitest";
import { end, led } from "../led.ts";
import type { World } from "../world.ts";

test("race-lost is a late holder's refused write, and nobody's whose lease was still valid", async () => {
  const race = (takenS: number, who = "third"): World =>
    led(20)
      .says(end + takenS, "duty taken by next term 4")
      .says(end + takenS + 2, `duty refused to ${who}`);
  expect(await race(85).finding("race-lost")).toMatchObject({
    part: "cause",
    confidence: "high",
    verdict: expect.stringMatching(/65 s after its last renewal, in a lease of 60 s/u) as string,
  });
  expect(await race(85, "somebody-else").finding("race-lost")).toBeUndefined();
  expect(await race(50).finding("race-lost")).toBeUndefined();
  expect(
    await race(85)
      .says(end + 40, "duty handed in by third")
      .finding("race-lost"),
  ).toBeUndefined();
});
