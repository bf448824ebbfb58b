import { type Check, ill, well } from "./answer.ts";
import { type Examined, leaderOf, processIn } from "./examined.ts";

export const holderProcess: Check<Examined> = {
  question: "is its process still the one",
  look(examined) {
    const { record } = examined;
    const holder = processIn(examined, "holder");
    if (record === null || record.holderIdentity === null || holder === undefined || holder.process.pid === null)
      return null;
    const { state, evidence, commandLine, process } = holder;
    const command = commandLine === null ? [] : [`it runs: ${commandLine}`];
    if (state === "dead")
      return ill({
        ruleId: "holder-dead",
        verdict: `the process of ${leaderOf(examined)} is dead, and nobody has taken over`,
        evidence: [evidence],
        change: `start a candidate, which leads at once: tenure run ${record.name} -- command`,
      });
    if (state === "stopped")
      return ill({
        ruleId: "holder-stopped",
        verdict: `the process of ${leaderOf(examined)} is stopped`,
        evidence: [evidence, ...command],
        change: `kill -CONT ${process.pid}, or kill -KILL ${process.pid} for a successor`,
      });
    const child = examined.processes.find(({ role, state: its }) => role === "child" && its === "stopped");
    if (child !== undefined)
      return ill({
        ruleId: "command-stopped",
        verdict: `the command of ${leaderOf(examined)} is stopped, while its lease is renewed`,
        evidence: [child.evidence],
        change: `kill -CONT ${child.process.pid ?? "P"}`,
      });
    return well(state === "running" ? evidence : `not to be told from here: ${evidence}`);
  },
};
