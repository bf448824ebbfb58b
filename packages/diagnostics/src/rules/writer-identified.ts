import type { Rule } from "../rule.ts";

export const writerIdentified: Rule = {
  id: "writer-identified",
  find({ own }) {
    const states = own.of("state").filter(({ facts }) => facts.renewStamp !== undefined);
    const targets = new Set(own.of("renewer-cycle").flatMap(({ facts }) => facts.holder ?? []));
    const rows = own
      .of("registry-row")
      .filter(({ facts }) => facts.renewStamp !== undefined && targets.has(facts.holder ?? ""));
    const [ofLease, ofRenewer] = [formatsOf(states), formatsOf(rows)];
    if (states.length < 3 || rows.length < 2 || ofLease.size !== 1 || [...ofRenewer].some((each) => ofLease.has(each)))
      return null;
    return {
      part: "contributor",
      confidence: "medium",
      verdict:
        `who wrote shows in how the time is written: all ${states.length} renewal times of the lease look like ${[...ofLease].join(", ")}, ` +
        `those that the renewal service wrote into the registry like ${[...ofRenewer].join(", ")}. It never wrote the lease`,
      evidence: [states[0] ?? null, rows[0] ?? null],
      change: "write the renewer's identity into the record",
    };
  },
};

/** The shape of a stamp: `2026-01-31T08:30:00.000Z` is `dddd-dd-ddTdd:dd:dd.dddZ`. */
function formatsOf(evidence: readonly { readonly facts: { readonly renewStamp?: string } }[]): Set<string> {
  return new Set(evidence.map(({ facts }) => (facts.renewStamp ?? "").replaceAll(/\d/gu, "d")));
}
