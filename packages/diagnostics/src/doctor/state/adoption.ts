import { shellWord } from "../../shell-word.ts";
import { type Check, ill, well } from "../answer.ts";
import type { ExaminedState } from "./examined-state.ts";

export const stateAdoption: Check<ExaminedState> = {
  question: "is it kept by a lease",
  look({ adoptedAs, path }) {
    const [name, other] = adoptedAs;
    if (name === undefined) return well(`no; a lease would take it over with: tenure adopt ${shellWord(path)} --own`);
    if (other === undefined) return well(`yes, it mirrors lease "${name}": tenure doctor ${name}`);
    return ill({
      ruleId: "adopted-twice",
      verdict: `it is adopted as ${adoptedAs.length} leases, and each of them could have a leader`,
      evidence: adoptedAs.map((each) => `it is to mirror lease "${each}"`),
      change: `keep one, and hand the file back from each other: tenure adopt ${shellWord(path)} --undo --name ${other}`,
    });
  },
};
