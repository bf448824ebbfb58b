import { counted, span } from "../numbers.ts";
import { type Check, warning, well } from "./answer.ts";
import type { Examined } from "./examined.ts";

export const restarts: Check<Examined> = {
  question: "is it restarted often",
  look({ name, restarts: known }) {
    if (known === null) return null;
    const { count, burst, windowMs } = known;
    const hourly = Math.round((count * 36_000_000) / windowMs) / 10;
    const verdict = `${counted(count, "restart")} in ${span(windowMs)} (${hourly} an hour) of ${burst} that its budget allows`;
    if (count * 2 <= burst) return well(verdict);
    return warning({
      ruleId: "restart-rate",
      verdict: `${verdict}; once it is spent the command is not started`,
      evidence: [`counted in ${name}.runs`],
      change: "see why the command fails: its last lines of stderr stand there",
    });
  },
};
