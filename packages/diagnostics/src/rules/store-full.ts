import { beforeLoss, isAboutLease, losses, weighed, weighedAsStrange } from "../before-loss.ts";
import type { Rule } from "../rule.ts";

export const storeFull: Rule = {
  id: "store-full",
  find(scene) {
    const trouble = scene.own.of("store-trouble").filter(({ facts }) => facts.label === "full");
    const pairs = beforeLoss(trouble, scene);
    if (pairs.length === 0) return null;
    const weight = weighed(trouble, pairs, scene);
    const isOfLease = pairs.some(([line]) => isAboutLease(line, scene));
    return {
      part: "cause",
      ...(isOfLease ? weight : weighedAsStrange(weight, "these lines do not say that the lease lies on that disk")),
      verdict: `what the lease lies on took no more writes, as a full or read-only disk does, and the lease ran out (before ${losses(pairs)})`,
      evidence: pairs.flat(),
      change: "make room, and keep the lease where logs and work cannot fill the disk",
    };
  },
};
