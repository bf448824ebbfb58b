import { effectsOf, isIdle, isSignificant, type Effect } from "../effect.ts";
import { counted, median, seconds } from "../numbers.ts";
import type { Rule } from "../rule.ts";

export const fixWithoutEffect: Rule = {
  id: "fix-without-effect",
  find(scene) {
    const idle = effectsOf(scene).filter(isIdle);
    // A change that too few terms follow is judged only beside others that tell enough.
    if (!idle.some(({ after }) => after.length >= 3)) return null;
    return {
      part: "red-herring",
      confidence: "high",
      verdict: idle.map(inWords).join("; "),
      evidence: idle.map(({ change }) => change),
      counterEvidence: scene.own
        .of("change")
        .filter((change) => !idle.some((each) => each.change === change))
        .map(
          ({ at }) =>
            `the fix of ${new Date(at).toISOString()} is not among them: it changed something, or too few terms tell`,
        ),
      change: "look at the gaps before and after a fix before it is called one",
    };
  },
};

function inWords(effect: Effect): string {
  const { change, before, after, p } = effect;
  return (
    `the fix of ${new Date(change.at).toISOString()} changed nothing${isSignificant(effect) ? " that matters" : ""}: the gap after a leader was ${seconds(median(before) ?? 0)} before ` +
    `(${counted(before.length, "term")}) and ${seconds(median(after) ?? 0)} after (${after.length}), Mann-Whitney p = ${p.toFixed(2)}`
  );
}
