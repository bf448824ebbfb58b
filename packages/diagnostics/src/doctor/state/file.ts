import { type Check, ill, warning, well } from "../answer.ts";
import { roomInWords, roomLeft } from "../room.ts";
import type { ExaminedState, StateFault } from "./examined-state.ts";

export const stateFile: Check<ExaminedState> = {
  question: "is the file fit, and its place",
  look(state) {
    const faults = [...roomFaults(state), ...state.faults];
    const worst = faults.find(({ level }) => level === "ill") ?? faults[0];
    if (worst === undefined) return well("a file of one name, which only its owner may write, on a local disk");
    const evidence = faults.filter((fault) => fault !== worst).map(({ fault, change }) => `${fault}; ${change}`);
    const told = { ruleId: "file-not-fit", verdict: worst.fault, evidence, change: worst.change };
    return worst.level === "ill" ? ill(told) : warning(told);
  },
};

function roomFaults(state: ExaminedState): StateFault[] {
  const left = roomLeft(state);
  const free = `its disk has ${roomInWords(state)}`;
  const change = "make room";
  if (left === "none") return [{ level: "ill", fault: `${free}, and no room left: the next write fails`, change }];
  return left === "little" ? [{ level: "warning", fault: `${free}: writes will fail when it is used up`, change }] : [];
}
