import type { Evidence } from "../evidence.ts";
import { counted } from "../numbers.ts";
import type { Rule, Told } from "../rule.ts";
import { siblingsOf } from "../siblings.ts";
import { termAt } from "../terms.ts";

export const releaseWrongIdentity: Rule = {
  id: "release-wrong-identity",
  find({ own, terms }) {
    const wrong = terms.flatMap((term) => {
      const { end, holder } = term;
      if (end?.kind !== "unregistered" || end.facts.holder === holder) return [];
      const signedOff = own
        .between("unregistered", term.acquiredAt, term.nextAcquiredAt)
        .some(({ facts }) => facts.holder === holder);
      return signedOff || !siblingsOf(own, term.begin, holder).hasOthers() ? [] : [term];
    });
    const refused = own.of("release-refused").filter(({ at, facts }) => {
      const leader = termAt(terms, at);
      return facts.holder !== undefined && leader !== undefined && leader.holder !== facts.holder;
    });
    if (refused.length > 0 && wrong.length < 2) return toldRefused(refused);
    if (wrong.length < 2) return null;
    return {
      part: "cause",
      confidence: "high",
      verdict: `the process has two identities: one acquires the lease, and at its end it signs off the other (${counted(wrong.length, "time")}), so the lease stays held`,
      evidence: wrong.flatMap(({ begin, end }) => [begin, end]),
      change: "give a process one identity, and release with the identity and epoch that acquired",
    };
  },
};

function toldRefused(refused: readonly Evidence[]): Told {
  return {
    part: "cause",
    confidence: refused.length > 1 ? "high" : "medium",
    verdict: `a release was tried under an identity that does not lead, and refused (${counted(refused.length, "time")}), so the lease stays held`,
    evidence: refused,
    change: "give a process one identity, and release with the identity and epoch that acquired",
  };
}
