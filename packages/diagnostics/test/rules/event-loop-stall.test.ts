import { test } from "vitest";
import { expectOnlyBeforeLoss } from "../before-loss.ts";

test("event-loop-stall counts only where a loss follows within the lease", async () => {
  await expectOnlyBeforeLoss("event-loop-stall", "event loop blocked for 31 s");
});
