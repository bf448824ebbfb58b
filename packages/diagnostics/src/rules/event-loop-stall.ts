import { losses, lossesIn, lossWindowMs, weighed } from "../before-loss.ts";
import type { Evidence } from "../evidence.ts";
import type { Rule } from "../rule.ts";

export const eventLoopStall: Rule = {
  id: "event-loop-stall",
  find(scene) {
    // Delays are also measured and logged where nothing is wrong.
    const leastMs = lossWindowMs(scene) / 10;
    const trouble = scene.own.of("loop-stalled").filter(({ facts }) => (facts.durationMs ?? leastMs) >= leastMs);
    const pairs = lossesIn(scene).flatMap((loss) => {
      const stall = trouble.findLast((each) => reaches(each, loss, lossWindowMs(scene)));
      return stall === undefined ? [] : [[stall, loss] as const];
    });
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

/** Whether it stood still within a lease before the loss. It can say so only afterwards, when the lease may be lost already. */
function reaches({ at, facts }: Evidence, loss: Evidence, windowMs: number): boolean {
  return at >= loss.at - windowMs && at - (facts.durationMs ?? windowMs) <= loss.at;
}
