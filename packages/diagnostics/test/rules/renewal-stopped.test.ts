import { expect, test } from "vitest";
import { end, led } from "../led.ts";
import type { World } from "../world.ts";

test("renewal-stopped needs a holder that lives and no failed try", async () => {
  const silent = (): World => led(20).says(end + 90, "duty of third term 3 is over since 10 s");
  expect(await silent().finding("renewal-stopped")).toBeUndefined();
  const alive = silent().says(end + 75, "third prints");
  expect(await alive.finding("renewal-stopped")).toMatchObject({
    part: "cause",
    verdict: expect.stringMatching(/seen 55 s after its last renewal/u) as string,
  });
  expect(await alive.says(end + 45, "duty not kept").finding("renewal-stopped")).toBeUndefined();
});
