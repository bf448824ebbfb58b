import { hadNoSay } from "../exit-code.ts";
import { leftBehind } from "../left-behind.ts";
import type { Rule } from "../rule.ts";

export const releasePathDead: Rule = {
  id: "release-path-dead",
  find(scene) {
    const { own, terms } = scene;
    // What is killed releases nothing, whatever its code does.
    const ended = leftBehind(
      terms.filter(({ end, exit }) => end !== null && !hadNoSay(exit)),
      scene,
    );
    if (ended.length < 3 || own.of("released").length + own.of("release-refused").length > 0) return null;
    return {
      part: "cause",
      confidence: ended.length >= 5 ? "high" : "medium",
      verdict: `nobody ever released: ${ended.length} holders ended, and no line of any log tells of a release`,
      evidence: ended.map(({ end }) => end),
      counterEvidence: ["a release that is not logged would not be seen here"],
      change: "call release with the holder and epoch that acquired, on every exit path, and log that it was done",
    };
  },
};
