import { beforeLoss, losses } from "../before-loss.ts";
import type { Rule } from "../rule.ts";

export const storeUnreachable: Rule = {
  id: "store-unreachable",
  find(scene) {
    const trouble = scene.own.of("store-trouble").filter(({ facts }) => facts.label === "unreachable");
    const pairs = beforeLoss(trouble, scene);
    if (pairs.length === 0) return null;
    return {
      part: "cause",
      confidence: pairs.length > 1 ? "high" : "medium",
      verdict: `the store could not be reached, and the lease ran out (before ${losses(pairs)})`,
      evidence: pairs.flat(),
      change: "look at the way to the store; a lease must outlast its usual outages",
    };
  },
};
