import { differences, seconds } from "../numbers.ts";
import type { Rule } from "../rule.ts";

export const expiredLeaseResurrected: Rule = {
  id: "expired-lease-resurrected",
  find({ own, terms, timing: { leaseDurationMs } }) {
    if (leaseDurationMs === null) return null;
    const risen = terms.flatMap((term) => {
      const gap = Math.max(0, ...differences([term.acquiredAt, ...term.renewedAt]));
      return gap > leaseDurationMs ? [{ term, gap }] : [];
    });
    const [first] = risen;
    if (first === undefined) return null;
    const line = own
      .of("state")
      .find(
        ({ facts, at }) => facts.holder === first.term.holder && (facts.renewTime ?? at) === first.term.lastRenewAt,
      );
    return {
      part: "cause",
      confidence: "medium",
      verdict:
        `an expired lease was renewed as if nothing had happened: ${seconds(first.gap)} between two renewals of one term, ` +
        `where the lease lives ${seconds(leaseDurationMs)} (${risen.length} ${risen.length === 1 ? "term" : "terms"})`,
      evidence: [first.term.begin, line ?? null],
      counterEvidence: ["renewals in between that no log shows would make this a gap in the logs"],
      change: "refuse a renewal after the deadline, and acquire anew with a new epoch",
    };
  },
};
