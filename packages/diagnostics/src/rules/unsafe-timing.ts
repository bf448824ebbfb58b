import { knownTiming } from "../known-timing.ts";
import { seconds } from "../numbers.ts";
import type { Rule } from "../rule.ts";

export const unsafeTiming: Rule = {
  id: "unsafe-timing",
  find(scene) {
    const known = knownTiming(scene);
    const failing = known?.failing("SAFETY") ?? null;
    if (known === null || failing === null) return null;
    const { leaseDurationMs, renewDeadlineMs, stopTimeoutMs } = known.timing;
    const stop = stopTimeoutMs > 0 ? ` and then needs ${seconds(stopTimeoutMs)} to stop` : "";
    return {
      part: "cause",
      confidence: "high",
      verdict:
        `the timing lets two lead at once: a holder goes on for ${seconds(renewDeadlineMs)} after its last renewal${stop}, and another may ` +
        `take over after ${seconds(leaseDurationMs)} (${failing.explanation}). What no line tells can only make it worse`,
      evidence: known.lines,
      change: `stop earlier or lease longer; tenure prove --lease-duration ${Math.round(leaseDurationMs)}ms derives a safe rest`,
    };
  },
};
