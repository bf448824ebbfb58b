import { expect, test } from "vitest";
import { end, led } from "../led.ts";
import type { World } from "../world.ts";

test("stop-overran measures against what the timing leaves for stopping", async () => {
  const lost = (): World =>
    led(20)
      .says(1, "set renewDeadline to 50 s")
      .says(end + 70, "duty lost by third");
  expect(
    await lost()
      .says(end + 79, "third prints")
      .finding("stop-overran"),
  ).toBeUndefined();
  const finding = await lost()
    .says(end + 85, "third prints")
    .finding("stop-overran");
  expect(finding).toMatchObject({
    part: "cause",
    confidence: "high",
    verdict: expect.stringMatching(/up to 15 s after .* where 10 s are left/u) as string,
  });
  expect(finding?.evidence.map(({ text }) => text.slice(34))).toEqual(["duty lost by third", "third prints"]);
});
