import { expect, test } from "vitest";
import { end, led } from "../led.ts";
import type { World } from "../world.ts";

test("renewal-failed quotes a failed try before a loss, unless another line says why", async () => {
  const tried = (): World => led(20).says(end + 40, "duty not kept: no answer");
  expect(await tried().finding("renewal-failed")).toBeUndefined();
  const lost = (): World => tried().says(end + 70, "duty lost by third");
  expect(await lost().finding("renewal-failed")).toMatchObject({
    part: "cause",
    confidence: "medium",
    verdict: expect.stringMatching(/the log says: ".*duty not kept: no answer"$/u) as string,
  });
  expect(
    await lost()
      .says(end + 35, "event loop blocked for 9 s")
      .finding("renewal-failed"),
  ).toBeUndefined();
});
