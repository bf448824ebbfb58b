import { mannWhitney, median, seconds } from "../numbers.ts";
import type { Rule } from "../rule.ts";

export const fixWithoutEffect: Rule = {
  id: "fix-without-effect",
  find({ own, terms, timing: { leaseDurationMs, pollMs } }) {
    const longest = (leaseDurationMs ?? 0) * 2 + (pollMs ?? 0) * 2;
    const gaps = terms.flatMap(({ end, lastRenewAt, nextAcquiredAt }) => {
      const gap = nextAcquiredAt - lastRenewAt;
      return end === null || !Number.isFinite(gap) || (longest > 0 && gap > longest)
        ? []
        : [{ at: nextAcquiredAt, gap }];
    });
    const judged = own.of("change").flatMap((change) => {
      const before = gaps.filter(({ at }) => at < change.at).map(({ gap }) => gap);
      const after = gaps.filter(({ at }) => at >= change.at).map(({ gap }) => gap);
      if (before.length < 3) return [];
      if (after.length === 0) return [];
      return [{ change, before, after, p: mannWhitney(before, after) }];
    });
    // A change that is followed by too few terms is judged only beside others that tell enough.
    const idle = judged.filter(({ p, after, before }) => p > 0.05 && (after.length >= 3 || isAlike(before, after)));
    if (!idle.some(({ after }) => after.length >= 3)) return null;
    return {
      part: "red-herring",
      confidence: "high",
      verdict: idle
        .map(
          ({ change, before, after, p }) =>
            `the fix of ${new Date(change.at).toISOString()} changed nothing: the gap after a leader was ${seconds(median(before) ?? 0)} before ` +
            `(${before.length} terms) and ${seconds(median(after) ?? 0)} after (${after.length}), Mann-Whitney p = ${p.toFixed(2)}`,
        )
        .join("; "),
      evidence: idle.map(({ change }) => change),
      counterEvidence: own
        .of("change")
        .filter((change) => !idle.some((each) => each.change === change))
        .map(({ at }) => `the fix of ${new Date(at).toISOString()} cannot be judged: too few terms before or after it`),
      change: "look at the gaps before and after a fix before it is called one",
    };
  },
};

/** Too few for a test, but within what was there before. */
function isAlike(before: readonly number[], after: readonly number[]): boolean {
  return after.every((gap) => gap >= Math.min(...before) * 0.9 && gap <= Math.max(...before) * 1.1);
}
