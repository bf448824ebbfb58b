import { endsByItself } from "@tenure/core";
import { type Check, ill, warning, well } from "./answer.ts";
import { type Examined, leaderOf } from "./examined.ts";

export const standing: Check<Examined> = {
  question: "does anybody lead",
  look(examined) {
    const { name, names, place, record, epochFloor } = examined;
    if (record === null && epochFloor === 0)
      return ill({
        ruleId: "no-such-lease",
        verdict: `there is no lease "${name}" in ${place}`,
        evidence: [names.length === 0 ? "there is none at all" : `there are ${names.join(", ")}`],
        change: "correct the name, or name the right place with --dir or --store",
      });
    if (record === null)
      return ill({
        ruleId: "record-lost",
        verdict: "its record is gone",
        evidence: [`epoch ${epochFloor} was issued, and no record of it can be read`],
        change: "let a candidate wait: it leads with a higher epoch after the longest lease duration known",
      });
    const { paused, revoked, epoch } = record;
    if (revoked !== null)
      return warning({
        ruleId: "revoked",
        verdict: `it was revoked by "${revoked.by}" while ${leaderOf(examined)} leads`,
        evidence: [`at ${revoked.time}: ${revoked.reason}`],
        change: "end its holder, or wait out the lease duration",
      });
    if (paused !== null)
      return warning({
        ruleId: "paused",
        verdict: `it is paused by "${paused.by}": nobody may acquire it`,
        evidence: [paused.reason],
        change: endsByItself(paused) ? `tenure resume ${name}` : "leave it so, unless that is over: see its reason",
      });
    return well(record.holderIdentity === null ? `nobody; epoch ${epoch} was released` : leaderOf(examined));
  },
};
