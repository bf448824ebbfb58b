import { knownTiming } from "../known-timing.ts";
import { seconds } from "../numbers.ts";
import type { Rule } from "../rule.ts";

export const noRetryFits: Rule = {
  id: "no-retry-fits",
  find(scene) {
    const known = knownTiming(scene);
    const failing = known?.failing("LIVENESS") ?? null;
    if (known === null || failing === null) return null;
    const { own } = scene;
    const hurt = [...own.of("renew-failed"), ...own.of("lost")].toSorted((a, b) => a.at - b.at);
    return {
      // Settings alone are a danger; what failed or was lost under them is their doing.
      part: hurt.length > 0 ? "cause" : "contributor",
      confidence: hurt.length > 0 ? "high" : "medium",
      verdict:
        `one failed renewal loses the lease: a second try does not fit into the ${seconds(known.timing.renewDeadlineMs)} that a holder has ` +
        `(${failing.explanation}). What no line tells can only make it worse`,
      evidence: [...known.lines, ...hurt],
      counterEvidence: hurt.length > 0 ? [] : ["no line of these logs tells of a renewal that failed"],
      change: `renew at most every ${seconds(known.timing.renewDeadlineMs / 3)}, with a request timeout well below that`,
    };
  },
};
