import { type Check, well } from "../answer.ts";
import type { ExaminedState } from "./examined-state.ts";

export const stateAdoption: Check<ExaminedState> = {
  question: "is it kept by a lease",
  look({ adoptedAs, path }) {
    return well(
      adoptedAs === null
        ? `no; a lease would take it over with: tenure adopt ${path} --own`
        : `yes, it mirrors lease "${adoptedAs}": tenure doctor ${adoptedAs}`,
    );
  },
};
