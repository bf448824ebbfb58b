import type { Rule } from "../rule.ts";
import { siblingsOf } from "../term.ts";

export const releaseWrongIdentity: Rule = {
  id: "release-wrong-identity",
  find({ own, terms }) {
    const wrong = terms.flatMap((term) => {
      const { end, holder } = term;
      if (end?.kind !== "unregistered" || end.facts.holder === holder) return [];
      const signedOff = own
        .between("unregistered", term.acquiredAt, term.nextAcquiredAt)
        .some(({ facts }) => facts.holder === holder);
      return signedOff || siblingsOf(own, term.begin, holder).size < 2 ? [] : [term];
    });
    if (wrong.length < 2) return null;
    return {
      part: "cause",
      confidence: "high",
      verdict: `the process has two identities: one acquires the lease, and at its end it signs off the other (${wrong.length} times), so the lease stays held`,
      evidence: wrong.flatMap(({ begin, end }) => [begin, end]),
      change: "give a process one identity, and release with the identity and epoch that acquired",
    };
  },
};
