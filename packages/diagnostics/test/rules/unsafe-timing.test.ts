import { expect, test } from "vitest";
import { healthy, set } from "../set.ts";

test("unsafe-timing and no-retry-fits are silent where a safe rest exists", async () => {
  for (const ruleId of ["unsafe-timing", "no-retry-fits"]) {
    expect(await set(healthy).finding(ruleId), ruleId).toBeUndefined();
    expect(await set({ leaseDuration: "180 s", renewInterval: "60 s" }).finding(ruleId), ruleId).toBeUndefined();
    expect(await set({ renewInterval: "60 s" }).finding(ruleId), ruleId).toBeUndefined();
  }
});

test("unsafe-timing shows the sum that two leaders come from", async () => {
  const finding = await set({ ...healthy, renewDeadline: "14 s", stopTimeout: "5 s" }).finding("unsafe-timing");
  expect(finding?.verdict).toMatch(/goes on for 14 s .* needs 5 s to stop.* take over after 15 s .*= 19s > 15s/u);
  expect(finding?.evidence).toHaveLength(5);
  expect(await set({ ...healthy, stopTimeout: "5 s" }).finding("unsafe-timing")).toBeUndefined();
});

test("unsafe-timing takes numbers that are no timing for nothing", async () => {
  const odd = set({ leaseDuration: "99999999999999999999 s", jitterFactor: "0", renewInterval: "0.0001 s" });
  expect(await odd.finding("unsafe-timing")).toBeUndefined();
});
