import { beforeLoss, losses, weighed } from "../before-loss.ts";
import type { Rule } from "../rule.ts";

export const storeSlow: Rule = {
  id: "store-slow",
  find(scene) {
    const trouble = scene.own.of("store-trouble").filter(({ facts }) => facts.label === "slow");
    const pairs = beforeLoss(trouble, scene);
    if (pairs.length === 0) return null;
    return {
      part: "cause",
      ...weighed(trouble, pairs, scene),
      verdict: `the store answered too slowly, and the lease ran out (before ${losses(pairs)})`,
      evidence: pairs.flat(),
      change: "give a renewal more attempts within its deadline, or the store a faster disk",
    };
  },
};
