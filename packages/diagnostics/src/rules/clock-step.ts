import { beforeLoss, losses } from "../before-loss.ts";
import type { Rule } from "../rule.ts";

export const clockStep: Rule = {
  id: "clock-step",
  find(scene) {
    const trouble = scene.own.of("clock-stepped");
    const pairs = beforeLoss(trouble, scene);
    if (pairs.length === 0) return null;
    return {
      part: "cause",
      confidence: pairs.length > 1 ? "high" : "medium",
      verdict: `the clock was set, and the lease was judged by it (before ${losses(pairs)})`,
      evidence: pairs.flat(),
      change: "measure leases by a clock that is never set",
    };
  },
};
