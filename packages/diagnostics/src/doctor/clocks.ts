import { seconds } from "../numbers.ts";
import { type Check, warning, well } from "./answer.ts";
import type { Examined } from "./examined.ts";

/** Slewing and the coarse clock since boot stay below it. */
const STEP_MS = 1_000;

export const clocks: Check<Examined> = {
  question: "was its clock set",
  look({ beats }) {
    const known = beats.flatMap(({ clockOffsetMs, time }) => (clockOffsetMs === null ? [] : [{ clockOffsetMs, time }]));
    const step = known
      .slice(1)
      .map(({ clockOffsetMs, time }, at) => ({ ms: clockOffsetMs - (known[at]?.clockOffsetMs ?? clockOffsetMs), time }))
      .find(({ ms }) => Math.abs(ms) > STEP_MS);
    if (known.length < 2) return null;
    if (step === undefined) return well(`not within the last ${known.length} renewals`);
    return warning({
      ruleId: "clock-step",
      verdict: `the wall clock was set ${step.ms > 0 ? "forward" : "back"} by ${seconds(Math.abs(step.ms))}: times of day in status and history are off, no lease is`,
      evidence: [`seen at the renewal of ${step.time}, against the clock since boot`],
      change: "let a time service slew the clock, and do not set it by hand",
    });
  },
};
