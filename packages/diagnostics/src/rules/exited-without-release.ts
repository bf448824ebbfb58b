import { leftBehind, ranOut } from "../left-behind.ts";
import { counted } from "../numbers.ts";
import type { Rule } from "../rule.ts";

export const exitedWithoutRelease: Rule = {
  id: "exited-without-release",
  find(scene) {
    const exited = leftBehind(
      scene.terms.filter(({ exit }) => exit !== null),
      scene,
    );
    const clean = exited.filter(({ exit }) => exit?.facts.exitCode === 0);
    if (clean.length === 0) return null;
    const labels = new Set(clean.flatMap(({ exit }) => exit?.facts.label ?? []));
    const wrong = [...labels].filter((label) => /crash|fail|kill|abort/iu.test(label));
    return {
      part: "cause",
      confidence: clean.some(ranOut) ? "high" : "medium",
      verdict:
        `${clean.length} of ${counted(exited.length, "holder")} ended normally (exit code 0) and left the lease behind` +
        (wrong.length > 0 ? `; the log calls these ends "${wrong[0]}", which is wrong` : ""),
      evidence: clean.map(({ exit }) => exit),
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
