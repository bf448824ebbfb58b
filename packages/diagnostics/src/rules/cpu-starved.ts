import { beforeLoss, losses, weighed } from "../before-loss.ts";
import type { Rule } from "../rule.ts";

export const cpuStarved: Rule = {
  id: "cpu-starved",
  find(scene) {
    const trouble = scene.own.of("cpu-starved");
    const pairs = beforeLoss(trouble, scene);
    if (pairs.length === 0) return null;
    const stalls = beforeLoss(scene.own.of("loop-stalled"), scene);
    const { confidence, counterEvidence } = weighed(trouble, pairs, scene);
    return {
      part: "cause",
      confidence,
      verdict: `the holder got too little of the processor to renew in time (before ${losses(pairs)}): the machine was starved, not the holder wedged`,
      evidence: pairs.flat(),
      counterEvidence: [
        ...counterEvidence,
        ...(stalls.length > 0 ? ["its event loop was also seen to stand still, which its own work can do"] : []),
      ],
      change:
        "give the holder a processor share that nobody can take, or a longer lease; killing it makes the others slower still",
    };
  },
};
