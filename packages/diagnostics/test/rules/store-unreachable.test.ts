import { test } from "vitest";
import { expectOnlyBeforeLoss } from "../before-loss.ts";

test("store-unreachable counts only where a loss follows within the lease", async () => {
  await expectOnlyBeforeLoss("store-unreachable", "renewing: connect ECONNREFUSED 10.0.0.1:2379");
});
