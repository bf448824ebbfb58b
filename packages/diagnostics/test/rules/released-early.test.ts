import { expect, test } from "vitest";
import { end, led } from "../led.ts";
import type { World } from "../world.ts";

test("released-early sees work after the release, and who led by then", async () => {
  const released = (): World =>
    led(40)
      .says(end + 50, "duty handed in by third")
      .says(end + 40, "third prints");
  expect(await released().finding("released-early")).toBeUndefined();
  const worked = released().says(end + 60, "third prints");
  expect(await worked.finding("released-early")).toMatchObject({
    part: "cause",
    confidence: "medium",
    verdict: expect.stringMatching(/in 1 term .* up to 10 s after its release$/u) as string,
  });
  expect(await worked.says(end + 55, "duty taken by next term 4").finding("released-early")).toMatchObject({
    confidence: "high",
    verdict: expect.stringContaining("while the next one already led") as string,
  });
});

test("released-early forgets what the holder does in its next term", async () => {
  const again = led(40)
    .says(end + 50, "duty handed in by third")
    .says(end + 70, "duty taken by third term 4")
    .says(end + 75, "third prints");
  expect(await again.finding("released-early")).toBeUndefined();
});
