import { test } from "vitest";
import { expectOnlyBeforeLoss } from "../before-loss.ts";

test("store-full counts only where a loss follows within the lease", async () => {
  await expectOnlyBeforeLoss("store-full", "renewing: ENOSPC: no space left on device, write");
});
