import { counted, seconds, span, times } from "../../numbers.ts";
import { shellWord } from "../../shell-word.ts";
import { type Check, ill, warning, well } from "../answer.ts";
import { leaderInFile, type ExaminedState } from "./examined-state.ts";

export const stateHeartbeat: Check<ExaminedState> = {
  question: "does the heartbeat change this file",
  look(state) {
    const { path, holderIdentity, watchedMs, watchedWhole, writes, leaseDurationMs, stampAgeMs } = state;
    if (holderIdentity === null) return null;
    const renewals = writes.filter(({ renewed }) => renewed).length;
    const stamp =
      stampAgeMs === null ? [] : [`its stamp is ${span(stampAgeMs)} old; it counts for ${seconds(leaseDurationMs)}`];
    if (renewals > 0) return well(`renewed ${times(renewals)} in the ${seconds(watchedMs)} that it was watched`);
    const change = `find what should renew it, and see whether it writes ${path}; or lead with a lease: tenure adopt ${shellWord(path)} --own`;
    if (writes.length > 0)
      return ill({
        ruleId: "false-success",
        verdict: `the file is written, and its heartbeat does not move: whoever writes it renews nobody`,
        evidence: [
          `${counted(writes.length, "write")} in ${seconds(watchedMs)}; ${writes.at(-1)?.trace ?? ""}`,
          ...stamp,
        ],
        change,
      });
    if (stampAgeMs !== null && stampAgeMs > leaseDurationMs)
      return ill({
        ruleId: "not-renewed",
        verdict: `nothing renews it for ${leaderInFile(state)}: by its own rule it ran out ${span(stampAgeMs - leaseDurationMs)} ago`,
        evidence: [`it stood unchanged for the ${seconds(watchedMs)} that it was watched`, ...stamp],
        change,
      });
    if (watchedWhole)
      return ill({
        ruleId: "not-renewed",
        verdict: `nothing renewed it for its whole duration, though its stamp counts as fresh`,
        evidence: [`it stood unchanged for the ${seconds(watchedMs)} that it was watched`, ...stamp],
        change,
      });
    return warning({
      ruleId: "no-renewal-seen",
      verdict: `no renewal was seen in ${seconds(watchedMs)}, and one need not have been: nobody knows yet`,
      evidence: stamp,
      change: `watch it for its duration: --for ${Math.ceil(leaseDurationMs / 1_000)}s`,
    });
  },
};
