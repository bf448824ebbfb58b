import { OF_SEVERAL_CLOCKS } from "../clocks.ts";
import type { Evidence } from "../evidence.ts";
import { counted, most, seconds, times } from "../numbers.ts";
import type { Rule } from "../rule.ts";
import { termBegunAt } from "../terms.ts";
import { lastWorkAfter, workOutlasts } from "../work.ts";

/** Logs of one process are in order; a last line may still come out with the release. */
const TOLERANCE_MS = 1_000;

export const releasedEarly: Rule = {
  id: "released-early",
  find(scene) {
    const early = scene.terms.flatMap((term) => {
      const { released } = term;
      const last = released === null ? undefined : lastWorkAfter(scene, term, released.at + TOLERANCE_MS);
      return released === null || last === undefined ? [] : [{ term, released, last }];
    });
    const [first] = early;
    if (first === undefined) return null;
    const isSure = early.some(({ term, released, last }) => workOutlasts(scene, term, released, last));
    const overlaps = early.filter(({ term, last }) => last.at >= term.nextAcquiredAt);
    const longestMs = most(early.map(({ released, last }) => last.at - released.at));
    return {
      part: "cause",
      confidence: !isSure ? "low" : overlaps.length > 0 || early.length > 1 ? "high" : "medium",
      counterEvidence: isSure ? [] : [OF_SEVERAL_CLOCKS],
      verdict:
        `the lease was given back before the work had ended: in ${counted(early.length, "term")} the old holder still worked, up to ` +
        `${seconds(longestMs)} after its release` +
        (overlaps.length > 0 ? `, ${times(overlaps.length)} while the next one already led` : ""),
      evidence: early.flatMap(({ released, last, term }): (Evidence | null)[] => [
        released,
        termBegunAt(scene.terms, term.nextAcquiredAt)?.begin ?? null,
        last,
      ]),
      change: "stop the work, wait until it is proved stopped, and release last",
    };
  },
};
