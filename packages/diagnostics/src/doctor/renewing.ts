import { counted, seconds } from "../numbers.ts";
import { type Check, ill, well } from "./answer.ts";
import { type Examined, leaderOf } from "./examined.ts";

/** A holder's death or stop has a check of its own, but that nothing beats follows from it, and is seen here. */
export const renewing: Check<Examined> = {
  question: "is this record really renewed",
  look(examined) {
    const { name, record, watch, ageMs, remainingMs } = examined;
    if (record === null || record.holderIdentity === null || watch === null) return null;
    if (watch.renewals > 0)
      return well(
        `renewed while it was watched, within ${seconds(watch.watchedMs)}, ${counted(record.renewals, "time")} in all`,
      );
    if (!watch.wasDue)
      return well(
        `no renewal was due in the ${seconds(watch.watchedMs)} that it was watched; ${record.renewals} before`,
      );
    const remains = remainingMs === null ? [] : [`${seconds(remainingMs)} of its validity remain`];
    return ill({
      ruleId: "not-renewed",
      verdict: `nothing renews it for ${leaderOf(examined)}`,
      evidence: [
        `it stood unchanged for the ${seconds(watch.watchedMs)} that it was watched, and every safe timing renews within half of the renew deadline of ${seconds(record.renewDeadlineMs)}`,
        ...(ageMs === null ? [] : [`the last renewal is ${seconds(ageMs)} old`]),
        ...remains,
      ],
      change: `end the holder, or lead with: tenure run ${name} -- command`,
    });
  },
};
