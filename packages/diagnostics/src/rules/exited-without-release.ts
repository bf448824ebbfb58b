import { leftBehind, ranOut } from "../left-behind.ts";
import { counted } from "../numbers.ts";
import type { Rule, Scene } from "../rule.ts";
import type { ObservedTerm } from "../term.ts";

export const exitedWithoutRelease: Rule = {
  id: "exited-without-release",
  find(scene) {
    const exited = leftBehind(
      scene.terms.filter(({ exit }) => exit !== null),
      scene,
    );
    const clean = exited.filter(({ exit }) => exit?.facts.exitCode === 0);
    const untold = scene.terms.filter((term) => isUntold(term, scene));
    const left = [...clean, ...untold];
    if (left.length === 0) return null;
    const labels = new Set(clean.flatMap(({ exit }) => exit?.facts.label ?? []));
    const wrong = [...labels].filter((label) => /crash|fail|kill|abort/iu.test(label));
    return {
      part: "cause",
      confidence: clean.some(ranOut) ? "high" : "medium",
      verdict:
        (clean.length > 0
          ? `${clean.length} of ${counted(exited.length, "holder")} ended normally (exit code 0) and left the lease behind`
          : `${counted(untold.length, "holder")} that had been asked to end left the lease behind`) +
        (clean.length > 0 && untold.length > 0 ? `, and so did ${untold.length} that had been asked to end` : "") +
        (wrong.length > 0 ? `; the log calls these ends "${wrong[0]}", which is wrong` : ""),
      evidence: left.map(({ exit, asked: request }) => exit ?? request),
      counterEvidence: [
        "a release that no line tells would look the same",
        ...(clean.length < exited.length
          ? [`${counted(exited.length - clean.length, "other holder")} ended with another exit code`]
          : []),
      ],
      change: "release the lease on every way out, and treat exit code 0 as completion",
    };
  },
};

/**
 * Of one that was asked to end, and whose code nobody noted, only how long the next one had to wait shows that it did not release. It had
 * renewed just before, whether or not its log tells renewals.
 */
function isUntold({ exit, asked, released, stale, nextAcquiredAt }: ObservedTerm, { timing }: Scene): boolean {
  if (exit !== null || asked === null || released !== null || timing.leaseDurationMs === null) return false;
  return stale !== null || (Number.isFinite(nextAcquiredAt) && nextAcquiredAt - asked.at >= timing.leaseDurationMs / 2);
}
