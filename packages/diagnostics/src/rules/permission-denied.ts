import { beforeLoss, isAboutLease, losses, weighed, weighedAsStrange } from "../before-loss.ts";
import type { Rule } from "../rule.ts";

export const permissionDenied: Rule = {
  id: "permission-denied",
  find(scene) {
    const trouble = scene.own.of("permission-denied");
    const pairs = beforeLoss(trouble, scene);
    if (pairs.length === 0) return null;
    const weight = weighed(trouble, pairs, scene);
    const isOfLease = pairs.some(([line]) => isAboutLease(line, scene));
    return {
      part: "cause",
      ...(isOfLease ? weight : weighedAsStrange(weight, "these lines do not say that it was the lease")),
      verdict: `the holder was not allowed to renew (before ${losses(pairs)})`,
      evidence: pairs.flat(),
      change: "give it the right to write the lease, and check that at start",
    };
  },
};
