import { beforeLoss } from "../before-loss.ts";
import { counted } from "../numbers.ts";
import type { Rule } from "../rule.ts";

export const stateTorn: Rule = {
  id: "state-torn",
  find(scene) {
    const { own, timing } = scene;
    const all = own.of("state-torn");
    // A version that was read here is torn for certain; a parser's complaint may be about anything else, unless something came of it.
    const versions = all.filter(({ facts }) => facts.label !== "told");
    const told = all.filter(({ facts }) => facts.label === "told");
    const soonMs = timing.leaseDurationMs ?? 60_000;
    const followed = told.filter(
      ({ at }) => own.has("acquired", at, at + soonMs) || own.has("state-missing", at, at + soonMs),
    );
    const found = new Set([...versions, ...beforeLoss(told, scene).map(([before]) => before), ...followed]);
    if (found.size === 0) return null;
    return {
      part: "cause",
      confidence: versions.length > 0 || found.size > 1 ? "high" : "medium",
      verdict: `the lease's state was torn ${counted(found.size, "time")}: half written, or no document at all, so that nobody could tell from it who leads`,
      evidence: [...found].toSorted((a, b) => a.at - b.at),
      counterEvidence: versions.length > 0 ? [] : ["the lines do not say which file could not be read"],
      change:
        "write the state into a new file, sync it and rename it over the old one, and refuse what cannot be read instead of starting anew",
    };
  },
};
