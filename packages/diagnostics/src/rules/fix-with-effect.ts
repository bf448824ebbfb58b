import { effectsOf, isEffective } from "../effect.ts";
import { counted, median, seconds } from "../numbers.ts";
import type { Rule } from "../rule.ts";

export const fixWithEffect: Rule = {
  id: "fix-with-effect",
  find(scene) {
    const effective = effectsOf(scene).filter(isEffective);
    if (effective.length === 0) return null;
    return {
      part: "symptom",
      confidence: "medium",
      verdict: effective
        .map(
          ({ change, before, after, p }) =>
            `after the change of ${new Date(change.at).toISOString()} the gap after a leader went from ${seconds(median(before) ?? 0)} ` +
            `(${counted(before.length, "term")}) to ${seconds(median(after) ?? 0)} (${after.length}), Mann-Whitney p = ${p.toFixed(3)}`,
        )
        .join("; "),
      evidence: effective.map(({ change }) => change),
      counterEvidence: ["what else changed at that time would show in the same way"],
      change: "",
    };
  },
};
