import { inARow } from "../in-a-row.ts";
import type { Rule } from "../rule.ts";
import { termAt } from "../terms.ts";

export const wrongHolderRenewed: Rule = {
  id: "wrong-holder-renewed",
  find({ own, terms }) {
    const cycles = own.of("renewer-cycle").filter(({ facts }) => facts.holder !== undefined);
    // A change of leaders and a cycle may cross.
    const wrong = inARow(cycles, ({ at, facts }) => {
      const leader = termAt(terms, at);
      return leader !== undefined && leader.holder !== facts.holder;
    });
    if (wrong.length < 2) return null;
    const targets = new Set(wrong.map(({ facts }) => facts.holder));
    return {
      part: "contributor",
      confidence: "high",
      verdict:
        `the renewal service renewed somebody who was not the leader in ${wrong.length} of ${cycles.length} cycles` +
        (targets.size === 1 ? `, always the same identity` : `, ${targets.size} different identities`),
      evidence: wrong,
      change:
        "bind the renewer to the holder, its process and its epoch, and end it with them. " +
        "Do not let it renew for whoever is the leader now: that would keep dead leaders in office for ever",
    };
  },
};
