import { beforeLoss, losses } from "../before-loss.ts";
import type { Rule } from "../rule.ts";

export const cpuStarved: Rule = {
  id: "cpu-starved",
  find(scene) {
    const pairs = beforeLoss(scene.own.of("cpu-starved"), scene);
    if (pairs.length === 0) return null;
    const stalls = beforeLoss(scene.own.of("loop-stalled"), scene);
    return {
      part: "cause",
      confidence: pairs.length > 1 ? "high" : "medium",
      verdict: `the holder got too little of the processor to renew in time (before ${losses(pairs)}): the machine was starved, not the holder wedged`,
      evidence: pairs.flat(),
      counterEvidence:
        stalls.length > 0 ? ["its event loop was also seen to stand still, which its own work can do"] : [],
      change:
        "give the holder a processor share that nobody can take, or a longer lease; killing it makes the others slower still",
    };
  },
};
