import { type Check, ill, warning, well } from "../answer.ts";
import type { ExaminedState } from "./examined-state.ts";

export const stateFile: Check<ExaminedState> = {
  question: "is the file fit, and its place",
  look({ faults }) {
    const worst = faults.find(({ level }) => level === "ill") ?? faults[0];
    if (worst === undefined) return well("a file of one name, which only its owner may write, on a local disk");
    const evidence = faults.filter((fault) => fault !== worst).map(({ fault, change }) => `${fault}; ${change}`);
    const told = { ruleId: "file-not-fit", verdict: worst.fault, evidence, change: worst.change };
    return worst.level === "ill" ? ill(told) : warning(told);
  },
};
