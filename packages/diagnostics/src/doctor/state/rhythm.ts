import { counted, seconds } from "../../numbers.ts";
import { type Check, warning, well } from "../answer.ts";
import type { ExaminedState } from "./examined-state.ts";

export const stateRhythm: Check<ExaminedState> = {
  question: "in time, and by one writer",
  look({ writes, leaseDurationMs }) {
    const traces = [...new Set(writes.map(({ trace }) => trace))];
    if (traces.length > 1)
      return warning({
        ruleId: "second-renewer",
        verdict: `${traces.length} programs write it in turn: if one fails, another hides it`,
        evidence: traces,
        confidence: "medium",
        change: "end all but one of them",
      });
    const renewals = writes.filter(({ renewed }) => renewed);
    const gaps = renewals.slice(1).map(({ atMs }, at) => atMs - (renewals[at]?.atMs ?? atMs));
    if (gaps.length === 0) return null;
    const longest = Math.max(...gaps);
    // One that fails must leave room for another.
    if (longest <= leaseDurationMs / 2)
      return well(`at most ${seconds(longest)} apart, over ${counted(gaps.length, "gap")}`);
    return warning({
      ruleId: "late-renewal",
      verdict: `renewals come ${seconds(longest)} apart, and it counts for ${seconds(leaseDurationMs)}: one that fails loses it`,
      evidence: gaps.map(seconds),
      change: "renew at least three times in its duration",
    });
  },
};
