import { test } from "vitest";
import { expectOnlyBeforeLoss } from "../before-loss.ts";

test("store-slow counts only where a loss follows within the lease", async () => {
  await expectOnlyBeforeLoss("store-slow", "apply request took too long");
});
