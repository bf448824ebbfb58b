import { hadNoSay } from "../exit-code.ts";
import { counted } from "../numbers.ts";
import type { Rule } from "../rule.ts";

export const holderEndedRenewalsHealthy: Rule = {
  id: "holder-ended-renewals-healthy",
  find({ terms, timing: { renewIntervalMs } }) {
    if (renewIntervalMs === null) return null;
    const ended = terms.filter(({ end, stale, released }) => end !== null && stale !== null && released === null);
    const counts = ended.map((term) => ({
      seen: term.renewedAt.length,
      expected: Math.floor(((term.end?.at ?? 0) - term.acquiredAt) / renewIntervalMs),
    }));
    const [seen, expected] = [sum(counts.map((each) => each.seen)), sum(counts.map((each) => each.expected))];
    if (ended.length === 0 || seen < expected * 0.95) return null;
    return {
      part: "cause",
      confidence: ended.length >= 3 ? "high" : "medium",
      verdict:
        `the holders had ended, and no renewal failed: while a holder lived, ${seen} of ${counted(expected, "expected renewal was", "expected renewals were")} made, ` +
        `in ${counted(ended.length, "term")}`,
      evidence: ended.map(({ end }) => end),
      change: ended.every(({ exit }) => hadNoSay(exit))
        ? "find what ends the holders; renewing more often changes nothing, and what is killed cannot release"
        : "release the lease when a holder ends, under the identity and epoch that acquired it; renewing more often changes nothing",
    };
  },
};

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
