import { test } from "vitest";
import { expectOnlyBeforeLoss } from "../before-loss.ts";

test("permission-denied counts only where a loss follows within the lease", async () => {
  await expectOnlyBeforeLoss("permission-denied", "leases.coordination.k8s.io is forbidden: User cannot update");
});
