import { shellWord } from "../../shell-word.ts";
import { type Check, ill, well } from "../answer.ts";
import { leaderInFile, type ExaminedState } from "./examined-state.ts";

export const stateHolder: Check<ExaminedState> = {
  question: "for one holder, with rising epochs",
  look(state) {
    const [first] = state.differences;
    if (first === undefined) return well(leaderInFile(state));
    return ill({
      ruleId: first.kind,
      verdict: first.message,
      evidence: state.differences.slice(1).map(({ kind, message }) => `${kind}: ${message}`),
      change: `a lease would not have done this: tenure adopt ${shellWord(state.path)} --own`,
    });
  },
};
