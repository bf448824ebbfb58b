import { type Check, ill, warning, well } from "./answer.ts";
import { type Examined, leaderOf, processIn } from "./examined.ts";

export const rightHolder: Check<Examined> = {
  question: "for this holder and epoch",
  look(examined) {
    const { record, watch } = examined;
    const holder = processIn(examined, "holder");
    const renewer = processIn(examined, "renewer");
    if (record === null || record.holderIdentity === null || holder === undefined) return null;
    const by = renewer?.process.pid ?? null;
    if (holder.state === "dead" && watch !== null && watch.renewals > 0)
      return ill({
        ruleId: "ghost-kept-alive",
        verdict: `a ghost is kept alive: ${leaderOf(examined)} is dead, and its lease is renewed`,
        evidence: [holder.evidence, ...(renewer === undefined ? [] : [`renewer: ${renewer.evidence}`])],
        change: by === null ? "end whatever writes this record" : `end the renewer: kill ${by}`,
      });
    if (renewer?.state === "dead")
      return ill({
        ruleId: "renewer-dead",
        verdict: `the renewer of ${leaderOf(examined)} is dead`,
        evidence: [renewer.evidence],
        change: `start it again: tenure heartbeat ${record.name} --holder ID --epoch ${record.epoch} --pid ${holder.process.pid ?? "P"}`,
      });
    if (renewer?.state === "stopped")
      return ill({
        ruleId: "renewer-stopped",
        verdict: `the renewer of ${leaderOf(examined)} is stopped`,
        evidence: [renewer.evidence],
        change: `kill -CONT ${by ?? "P"}`,
      });
    if (holder.process.pid === null)
      return warning({
        ruleId: "no-process",
        verdict: "no process stands behind it: a crash is succeeded only after the lease duration",
        evidence: [holder.evidence],
        change: "acquire with --pid, or lead with tenure run",
      });
    return well(`${leaderOf(examined)}, by ${renewer === undefined ? "itself" : `process ${by ?? "unknown"}`}`);
  },
};
