import { expect, test } from "vitest";
import { healthy, set } from "../set.ts";
import type { World } from "../world.ts";

test("no-retry-fits is a danger until a renewal fails, and then the cause", async () => {
  const tight = (): World => set({ ...healthy, renewDeadline: "14 s", renewInterval: "11 s" });
  expect(await tight().finding("no-retry-fits")).toMatchObject({ part: "contributor", confidence: "medium" });
  expect(await tight().says(5, "duty not kept").finding("no-retry-fits")).toMatchObject({
    part: "cause",
    confidence: "high",
  });
  const slow = { ...healthy, requestTimeout: "5 s" };
  expect(await set(slow).finding("no-retry-fits")).toMatchObject({
    verdict: expect.stringContaining("a second try does not fit into the 10 s") as string,
  });
});

test("no-retry-fits sees that an interval as long as the lease leaves no try at all", async () => {
  expect(await set({ leaseDuration: "60 s", renewInterval: "60 s" }).finding("no-retry-fits")).toMatchObject({
    part: "contributor",
  });
  expect(await set({ leaseDuration: "60 s" }).finding("no-retry-fits")).toBeUndefined();
});
