import { counted, indexAfter, seconds } from "../numbers.ts";
import type { Rule } from "../rule.ts";
import { SKEW_MS } from "../term.ts";

export const raceLost: Rule = {
  id: "race-lost",
  find({ own, terms, timing: { leaseDurationMs } }) {
    if (leaseDurationMs === null) return null;
    const lost = own.of("renew-conflict").flatMap((refused) => {
      const index = indexAfter(terms, refused.at + SKEW_MS, ({ acquiredAt }) => acquiredAt) - 1;
      const [taker, former] = [terms[index], terms[index - 1]];
      if (taker === undefined || former === undefined || former.holder === taker.holder) return [];
      const isFormers = refused.facts.holder === undefined || refused.facts.holder === former.holder;
      const over = former.released !== null || (former.end !== null && former.end.at < refused.at);
      // Another lease later it is some other quarrel.
      if (!isFormers || over || refused.at - taker.acquiredAt > leaseDurationMs) return [];
      const lateMs = taker.acquiredAt - former.lastRenewAt - leaseDurationMs;
      return lateMs < -SKEW_MS ? [] : [{ refused, taker, former, lateMs }];
    });
    const [first] = lost;
    if (first === undefined) return null;
    const named = lost.filter(({ refused }) => refused.facts.holder !== undefined);
    return {
      part: "cause",
      confidence: named.length > 0 ? "high" : "medium",
      verdict:
        `a holder came back too late and lost the race: ${seconds(first.taker.acquiredAt - first.former.lastRenewAt)} after its last ` +
        `renewal, in a lease of ${seconds(leaseDurationMs)}, another took over by the rules, and its own write was refused ` +
        `(${counted(lost.length, "time")})`,
      evidence: lost.flatMap(({ former, taker, refused }) => [former.begin, taker.begin, refused]),
      counterEvidence: named.length > 0 ? [] : ["the refused writer is not named: it may have been a third candidate"],
      change:
        "find what kept the holder from renewing before its lease ran out; the one who took over did nothing wrong",
    };
  },
};
