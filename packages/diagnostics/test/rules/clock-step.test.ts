import { test } from "vitest";
import { expectOnlyBeforeLoss } from "../before-loss.ts";

test("clock-step counts only where a loss follows within the lease", async () => {
  await expectOnlyBeforeLoss("clock-step", "System clock wrong by 3600.1 seconds");
});
