import { test } from "vitest";
import { expectOnlyBeforeLoss } from "../before-loss.ts";

test("store-failover counts only where a loss follows within the lease", async () => {
  await expectOnlyBeforeLoss("store-failover", "etcdserver: leader changed");
});
