import { beforeLoss, followsFrom, isAboutLease, losses, weighed, weighedAsStrange } from "../before-loss.ts";
import type { Evidence } from "../evidence.ts";
import type { Rule } from "../rule.ts";

export const storeUnreachable: Rule = {
  id: "store-unreachable",
  find(scene) {
    const trouble = scene.own.of("store-trouble").filter(({ facts }) => facts.label === "unreachable");
    const pairs = beforeLoss(trouble, scene);
    if (pairs.length === 0) return null;
    // Who stood still hears nothing from a store that is well.
    const stalled = new Set(beforeLoss(scene.own.of("loop-stalled").filter(isLong), scene).map(([, loss]) => loss));
    const isStalled = pairs.every(([, loss]) => stalled.has(loss));
    const isConsequence = isStalled || followsFrom(pairs, "slow", scene) || followsFrom(pairs, "failover", scene);
    const weight = weighed(trouble, pairs, scene);
    // A line about the lease itself is about its store; any other may be about whatever the program talks to.
    const isOfLease = pairs.some(([line]) => isAboutLease(line, scene));
    return {
      part: isConsequence ? "contributor" : "cause",
      ...(isOfLease ? weight : weighedAsStrange(weight, ELSEWHERE)),
      verdict:
        `the store could not be reached, and the lease ran out (before ${losses(pairs)})` +
        (isStalled
          ? "; its client stood still then, and may have heard nothing for that"
          : isConsequence
            ? "; its own trouble came with it, so this is what its clients saw of that"
            : ""),
      evidence: pairs.flat(),
      change: "look at the way to the store; a lease must outlast its usual outages",
    };
  },
};

const ELSEWHERE = "these lines do not say that what could not be reached is where the lease is kept";

const LONG_MS = 5_000;

function isLong({ facts: { durationMs } }: Evidence): boolean {
  return durationMs !== undefined && durationMs >= LONG_MS;
}
