import { seconds } from "../numbers.ts";
import type { Rule } from "../rule.ts";

/** Logs of two writers may be this far apart. */
const TOLERANCE_MS = 2_000;

export const stolenWhileValid: Rule = {
  id: "stolen-while-valid",
  find({ terms, timing: { leaseDurationMs } }) {
    if (leaseDurationMs === null) return null;
    const stolen = terms.flatMap((term, index) => {
      const next = terms[index + 1];
      const leftMs = term.lastRenewAt + leaseDurationMs - term.nextAcquiredAt;
      const free = term.released !== null || term.end !== null || next === undefined || next.holder === term.holder;
      return free || leftMs <= TOLERANCE_MS ? [] : [{ term, next, leftMs }];
    });
    const [first] = stolen;
    if (first === undefined) return null;
    return {
      part: "cause",
      confidence: "medium",
      verdict:
        `the lease was taken from a holder that still held it: ${seconds(first.leftMs)} were left, and no line tells of a release or ` +
        `an end (${stolen.length} ${stolen.length === 1 ? "time" : "times"})`,
      evidence: stolen.flatMap(({ term, next }) => [term.begin, next.begin]),
      counterEvidence: ["a release or an end that is not logged would look the same"],
      change: "let a taker wait for the lease duration that the record names, observed by its own clock",
    };
  },
};
