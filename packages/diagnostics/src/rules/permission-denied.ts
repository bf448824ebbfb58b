import { beforeLoss, losses } from "../before-loss.ts";
import type { Rule } from "../rule.ts";

export const permissionDenied: Rule = {
  id: "permission-denied",
  find(scene) {
    const trouble = scene.own.of("permission-denied");
    const pairs = beforeLoss(trouble, scene);
    if (pairs.length === 0) return null;
    return {
      part: "cause",
      confidence: pairs.length > 1 ? "high" : "medium",
      verdict: `the holder was not allowed to renew (before ${losses(pairs)})`,
      evidence: pairs.flat(),
      change: "give it the right to write the lease, and check that at start",
    };
  },
};
