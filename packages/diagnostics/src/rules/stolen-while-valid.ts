import type { Case } from "../case.ts";
import { areOfOneFile, OF_SEVERAL_CLOCKS } from "../clocks.ts";
import type { Evidence } from "../evidence.ts";
import { counted, seconds } from "../numbers.ts";
import type { Rule } from "../rule.ts";
import { SKEW_MS, type ObservedTerm } from "../term.ts";

export const stolenWhileValid: Rule = {
  id: "stolen-while-valid",
  find({ own, terms, timing: { leaseDurationMs } }) {
    if (leaseDurationMs === null) return null;
    const stolen = terms.flatMap((term, index) => {
      const next = terms[index + 1];
      const leftMs = term.lastRenewAt + leaseDurationMs - term.nextAcquiredAt;
      const free = term.released !== null || term.end !== null || next === undefined || next.holder === term.holder;
      // A state that was torn or taken away holds nobody's lease any more: that is another trouble.
      const gone = (["state-torn", "state-missing"] as const).some((kind) =>
        own.has(kind, term.lastRenewAt, term.nextAcquiredAt + 1),
      );
      return free || gone || leftMs <= SKEW_MS ? [] : [{ term, next, leftMs }];
    });
    const [first] = stolen;
    if (first === undefined) return null;
    const alive = stolen.flatMap(({ term, next }) => aliveAfter(own, term, next) ?? []);
    const isSure = stolen.some(({ term, next }) => areOfOneFile(term.begin, next.begin));
    return {
      part: "cause",
      confidence: !isSure ? "low" : alive.length > 0 ? "high" : "medium",
      verdict:
        `the lease was taken from a holder that still held it: ${seconds(first.leftMs)} were left, and no line tells of a release or ` +
        `an end (${counted(stolen.length, "time")}` +
        (alive.length > 0 ? `; ${alive.length} of them lived and said so afterwards)` : ")"),
      evidence: stolen.flatMap(({ term, next }) => [term.begin, next.begin, aliveAfter(own, term, next)]),
      counterEvidence: [
        ...(isSure ? [] : [OF_SEVERAL_CLOCKS]),
        ...(alive.length > 0 ? [] : ["a release or an end that is not logged would look the same"]),
      ],
      change: "let a taker wait for the lease duration that the record names, observed by its own clock",
    };
  },
};

/** A line of the one it was taken from, before that one could have led again. */
function aliveAfter(own: Case, term: ObservedTerm, next: ObservedTerm): Evidence | null {
  const signs = (["lost", "renew-conflict", "renew-failed", "touched", "worked"] as const).flatMap((kind) =>
    own.between(kind, next.acquiredAt + 1, next.nextAcquiredAt),
  );
  return signs.find(({ facts }) => facts.holder === term.holder) ?? null;
}
