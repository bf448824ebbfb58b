import { type Check, warning, well } from "./answer.ts";
import type { Examined } from "./examined.ts";

/** Two folders that are taken for one, as by cron or sudo with another home, let two lead. */
export const namesakes: Check<Examined> = {
  question: "is it held in one store only",
  look({ name, place, record, namesake }) {
    if (record === null || record.holderIdentity === null) return null;
    if (namesake === null) return well("not held where tenure keeps leases when it is not told where");
    return warning({
      ruleId: "held-in-two-stores",
      verdict: `"${name}" is held in ${namesake.place} as well, by "${namesake.holderIdentity}": where both mean the same, two lead`,
      evidence: [`this store is ${place}, the other one is ${namesake.storeId}`],
      confidence: "medium",
      change: "name one place for all with --dir or --store, and pin it: storeId in tenure.config.json",
    });
  },
};
