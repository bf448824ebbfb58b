import { counted, span } from "../numbers.ts";
import type { Rule, Scene } from "../rule.ts";
import { standstillOf, type Standstill } from "../standstill.ts";
import type { ObservedTerm } from "../term.ts";

/** Fewer renewals go on by themselves for a moment. */
const BEATS_LEAST = 5;
const LEASES_LEAST = 3;

export const holderWedged: Rule = {
  id: "holder-wedged",
  find(scene) {
    const wedged = scene.terms.flatMap((term) => {
      const still = term.released === null ? standstillOf(scene, term) : null;
      return still === null || !isKept(scene, term, still) ? [] : [still];
    });
    const [first] = wedged;
    if (first === undefined) return null;
    const { term } = first;
    const silentMs = Math.min(first.to, term.lastRenewAt) - first.from;
    return {
      part: "cause",
      confidence: wedged.length > 1 ? "medium" : "low",
      verdict:
        `the holder's work stood still while its lease was renewed: after ${counted(first.linesBefore, "line")} nothing more of it was heard for ` +
        `${span(silentMs)}, and ${counted(beatsIn(first).length, "renewal")} came meanwhile (${counted(wedged.length, "term")}); who only ` +
        "watches the lease sees nothing wrong",
      evidence: wedged.flatMap((each) => [
        { ...each.before, kind: "worked" as const, at: each.from, dated: true, facts: {} },
        each.term.stale,
      ]),
      counterEvidence: ["a holder that has nothing to do is silent too"],
      change: "renew only while the work itself reports progress, not from a timer beside it",
    };
  },
};

function beatsIn({ from, to, term }: Standstill): readonly number[] {
  return term.renewedAt.filter((at) => at > from + 1_000 && at <= to);
}

/** Whether it was renewed on and on in that silence. */
function isKept({ timing: { leaseDurationMs } }: Scene, { lastRenewAt }: ObservedTerm, still: Standstill): boolean {
  const silentMs = Math.min(still.to, lastRenewAt) - still.from;
  return beatsIn(still).length >= BEATS_LEAST && silentMs >= LEASES_LEAST * (leaseDurationMs ?? 0);
}
