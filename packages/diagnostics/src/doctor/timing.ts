import { seconds } from "../numbers.ts";
import { type Check, ill, well } from "./answer.ts";
import type { Examined } from "./examined.ts";

export const timing: Check<Examined> = {
  question: "is its timing safe",
  look({ record, timingFaults }) {
    if (record === null || record.holderIdentity === null) return null;
    const { leaseDurationMs, renewDeadlineMs } = record;
    if (timingFaults.length === 0)
      return well(`lease duration ${seconds(leaseDurationMs)}, renew deadline ${seconds(renewDeadlineMs)}`);
    return ill({
      ruleId: "unsafe-timing",
      verdict: "its timing is unsafe: two may lead at once",
      evidence: [...timingFaults],
      change: `tenure prove --lease-duration ${leaseDurationMs}ms names the nearest safe one`,
    });
  },
};
