import { beforeLoss, followsFrom, losses } from "../before-loss.ts";
import type { Evidence } from "../evidence.ts";
import type { Rule, Scene } from "../rule.ts";

export const storeUnreachable: Rule = {
  id: "store-unreachable",
  find(scene) {
    const trouble = scene.own.of("store-trouble").filter(({ facts }) => facts.label === "unreachable");
    const pairs = beforeLoss(trouble, scene);
    if (pairs.length === 0) return null;
    const isConsequence = followsFrom(pairs, "slow", scene) || followsFrom(pairs, "failover", scene);
    // A line about the lease itself is about its store; any other may be about whatever the program talks to.
    const isOfLease = pairs.some(
      ([line, loss]) =>
        tells(scene, line) || /leas|lock|leader|session|dcs|quorum/iu.test(line.text) || line.line === loss.line,
    );
    return {
      part: isConsequence ? "contributor" : "cause",
      confidence: pairs.length > 1 && isOfLease ? "high" : "medium",
      verdict:
        `the store could not be reached, and the lease ran out (before ${losses(pairs)})` +
        (isConsequence ? "; its own trouble came with it, so this is what its clients saw of that" : ""),
      evidence: pairs.flat(),
      counterEvidence: isOfLease
        ? []
        : ["these lines do not say that what could not be reached is where the lease is kept"],
      change: "look at the way to the store; a lease must outlast its usual outages",
    };
  },
};

function tells({ own }: Scene, { file, line }: Evidence): boolean {
  return own.of("renew-failed").some((each) => each.file === file && each.line === line);
}
