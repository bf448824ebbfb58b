import { beforeLoss, losses, weighed } from "../before-loss.ts";
import type { Rule } from "../rule.ts";

export const eventLoopStall: Rule = {
  id: "event-loop-stall",
  find(scene) {
    const trouble = scene.own.of("loop-stalled");
    const pairs = beforeLoss(trouble, scene);
    if (pairs.length === 0) return null;
    return {
      part: "cause",
      ...weighed(trouble, pairs, scene),
      verdict: `the holder's event loop stood still for longer than the lease allows (before ${losses(pairs)})`,
      evidence: pairs.flat(),
      change: "move the blocking work off the loop that renews",
    };
  },
};
