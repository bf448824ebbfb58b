import { beforeLoss, followsFrom, losses, weighed } from "../before-loss.ts";
import type { Rule } from "../rule.ts";

export const storeFailover: Rule = {
  id: "store-failover",
  find(scene) {
    const trouble = scene.own.of("store-trouble").filter(({ facts }) => facts.label === "failover");
    const pairs = beforeLoss(trouble, scene);
    if (pairs.length === 0) return null;
    const isConsequence = followsFrom(pairs, "slow", scene);
    return {
      part: isConsequence ? "contributor" : "cause",
      ...weighed(trouble, pairs, scene),
      verdict: `the store changed its own leader, and the lease ran out meanwhile (before ${losses(pairs)})${isConsequence ? "; slow answers came with it, and a store that is slow enough changes its leader" : ""}`,
      evidence: pairs.flat(),
      change: "make the lease longer than the store needs to fail over",
    };
  },
};
