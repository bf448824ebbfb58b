import { beforeLoss, losses, weighed } from "../before-loss.ts";
import type { Rule } from "../rule.ts";

export const storeFull: Rule = {
  id: "store-full",
  find(scene) {
    const trouble = scene.own.of("store-trouble").filter(({ facts }) => facts.label === "full");
    const pairs = beforeLoss(trouble, scene);
    if (pairs.length === 0) return null;
    return {
      part: "cause",
      ...weighed(trouble, pairs, scene),
      verdict: `what the lease lies on took no more writes, as a full or read-only disk does, and the lease ran out (before ${losses(pairs)})`,
      evidence: pairs.flat(),
      change: "make room, and keep the lease where logs and work cannot fill the disk",
    };
  },
};
