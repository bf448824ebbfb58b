import { median, seconds } from "../numbers.ts";
import type { Rule } from "../rule.ts";

export const oneShotHolder: Rule = {
  id: "one-shot-holder",
  find({ terms, timing: { leaseDurationMs } }) {
    const ended = terms.filter(({ end }) => end !== null);
    if (ended.length < 3 || leaseDurationMs === null) return null;
    const lifetimes = ended.map(({ end, acquiredAt }) => (end?.at ?? acquiredAt) - acquiredAt);
    const short = lifetimes.filter((lifetime) => lifetime < leaseDurationMs).length;
    if (short < lifetimes.length * 0.6) return null;
    const never = ended.filter(({ renewedAt }) => renewedAt.length === 0).length;
    return {
      part: "contributor",
      confidence: "high",
      verdict:
        `the holders are one-shot: ${short} of ${ended.length} ended within their first lease of ${seconds(leaseDurationMs)} ` +
        `(median ${seconds(median(lifetimes) ?? 0)}), ${never} without a single renewal. No renewal can help a lease whose holder is gone`,
      evidence: ended.flatMap(({ begin, end }) => [begin, end]),
      change: "hold the lease in the process that stays, not in one that runs a task and ends",
    };
  },
};
