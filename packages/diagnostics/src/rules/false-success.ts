import { inARow } from "../in-a-row.ts";
import type { Rule } from "../rule.ts";
import { termAt } from "../terms.ts";

const SAME_MOMENT_MS = 2_000;

export const falseSuccess: Rule = {
  id: "false-success",
  find({ own, terms }) {
    const claims = own.of("renew-claimed");
    const skips = own.of("renew-skipped");
    const wrong = inARow(claims, ({ at, facts }) => {
      if (own.has("renew-skipped", at - SAME_MOMENT_MS, at + SAME_MOMENT_MS + 1)) return true;
      const leader = termAt(terms, at);
      return leader !== undefined && facts.holder !== undefined && leader.holder !== facts.holder;
    });
    if (wrong.length < 2) return null;
    const [first] = wrong;
    const skip = skips.find(({ at }) => Math.abs(at - (first?.at ?? 0)) <= SAME_MOMENT_MS) ?? null;
    return {
      part: "contributor",
      confidence: "high",
      verdict: `${wrong.length} of ${claims.length} lines say that the lease was renewed when nothing was`,
      evidence: [skip, ...wrong],
      change: "report a renewal only after reading back that the renewal time moved, and fail loudly when it did not",
    };
  },
};
