import { expect, test } from "vitest";
import { World } from "../world.ts";

const limited = (delayS: number, windowS = 20): World =>
  new World()
    .says(1, "set restartBurst to 5")
    .says(1, `set restartWindow to ${windowS} s`)
    .says(1, `set restartDelay to ${delayS} s`);

test("restart-limit-untrippable does the sum, and is silent where anybody gave up", async () => {
  expect(await limited(3).finding("restart-limit-untrippable")).toBeUndefined();
  expect(await limited(5).finding("restart-limit-untrippable")).toMatchObject({
    part: "contributor",
    verdict: expect.stringMatching(
      /5 restarts with 5 s before each take 25 s, and only the last 20 s count/u,
    ) as string,
  });
  expect(await limited(5).says(9, "guard gives up").finding("restart-limit-untrippable")).toBeUndefined();
  expect(await limited(0, 0).finding("restart-limit-untrippable")).toMatchObject({
    verdict: expect.stringContaining("turns it off") as string,
  });
});

test("restart-limit-untrippable sees a limit that did not trip", async () => {
  const storm = limited(1);
  for (let index = 0; index < 6; index++) storm.says(10 + index * 2, `forked ${index}`);
  expect(await storm.finding("restart-limit-untrippable")).toBeUndefined();
  expect(await storm.says(23, "forked 7").finding("restart-limit-untrippable")).toMatchObject({
    confidence: "medium",
  });
});
