import { beforeLoss, losses, lossWindowMs, weighed } from "../before-loss.ts";
import type { Evidence } from "../evidence.ts";
import type { Rule, Scene } from "../rule.ts";

export const eventLoopStall: Rule = {
  id: "event-loop-stall",
  find(scene) {
    // Delays are also measured and logged where nothing is wrong.
    const leastMs = lossWindowMs(scene) / 10;
    const trouble = scene.own.of("loop-stalled").filter(({ facts }) => (facts.durationMs ?? leastMs) >= leastMs);
    const pairs = beforeLoss(fromTheirBegin(trouble, scene), scene);
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

/** Who stood still can say so only afterwards, when the lease may be lost already. */
function fromTheirBegin(stalls: readonly Evidence[], scene: Scene): Evidence[] {
  const begun = stalls.map((each) => ({ ...each, at: each.at - (each.facts.durationMs ?? lossWindowMs(scene)) }));
  return [...stalls, ...begun].toSorted((a, b) => a.at - b.at);
}
