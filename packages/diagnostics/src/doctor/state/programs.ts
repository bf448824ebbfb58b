import { type Check, warning, well } from "../answer.ts";
import { leaderInFile, type ExaminedState } from "./examined-state.ts";

const inWords = ({ pid, commandLine, names, opens }: ExaminedState["programs"][number]): string =>
  `process ${pid} names ${names}${opens === null ? "" : ` and has the file open ${opens}`}: ${commandLine}`;

/** A command line is what a process says of itself: weak evidence, and all there is without its help. */
export const statePrograms: Check<ExaminedState> = {
  question: "which processes are about it",
  look(state) {
    const { programs, holderIdentity, adoptedAs } = state;
    const mayRenew = programs.filter(({ opens }) => opens !== "to read");
    const twins = mayRenew.filter(({ commandLine, pid }) =>
      mayRenew.some((other) => other.commandLine === commandLine && other.pid !== pid),
    );
    if (twins.length > 0)
      return warning({
        ruleId: "duplicate-renewer",
        verdict: `${twins.length} processes of one command line are about it; whether each of them renews it is not known`,
        evidence: twins.map(inWords),
        confidence: "low",
        change: "see what each of them is for, and let one of those that renew it go on",
      });
    const old = programs.filter(({ newerFiles }) => newerFiles.length > 0);
    if (old.length > 0)
      return warning({
        ruleId: "fix-not-loaded",
        verdict:
          "a process that is about it runs older code than lies on disk: what was changed there has no effect yet",
        evidence: old.flatMap(({ newerFiles }) => newerFiles),
        confidence: "medium",
        change: `restart ${old.map(({ pid }) => pid).join(", ")}`,
      });
    if (programs.some(({ names }) => names === "the holder") || holderIdentity === null || adoptedAs.length > 0)
      return well(programs.length === 0 ? "none that names it" : programs.map(inWords).join("; "));
    return warning({
      ruleId: "holder-not-seen",
      verdict: `no process of this machine names ${leaderInFile(state)}: it may be dead, and then whatever renews it renews nobody`,
      evidence: programs.map(inWords),
      confidence: "low",
      change: "ask where it was started whether it lives",
    });
  },
};
