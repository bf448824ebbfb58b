import { expect, test } from "vitest";
import { holderOf, World } from "../world.ts";

test("newborn-killed: a heartbeat older than the process is its predecessor's", async () => {
  const killed = (silentS: number): World =>
    new World().says(10, "forked 7").says(40, `guard ends 7, silent for ${silentS} s`);
  expect(await killed(25).finding("newborn-killed")).toBeUndefined();
  expect(await killed(300).finding("newborn-killed")).toMatchObject({
    part: "cause",
    confidence: "high",
    verdict: expect.stringMatching(/30 s after its start for being silent for 300 s/u) as string,
  });
});

test("newborn-killed: three that never came up were not given the time", async () => {
  const killed = (count: number): World => {
    const world = new World();
    for (let index = 0; index < count; index++)
      world.says(index * 100, `forked ${index}`).says(index * 100 + 30, `guard ends ${index}, silent for 30 s`);
    return world;
  };
  expect(await killed(2).finding("newborn-killed")).toBeUndefined();
  expect(await killed(3).finding("newborn-killed")).toMatchObject({ confidence: "medium" });
  const spoke = killed(3).says(5, `hello from ${holderOf(0)}`);
  expect(await spoke.finding("newborn-killed")).toBeUndefined();
});
