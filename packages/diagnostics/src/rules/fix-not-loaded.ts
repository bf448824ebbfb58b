import type { Rule } from "../rule.ts";

export const fixNotLoaded: Rule = {
  id: "fix-not-loaded",
  find({ own }) {
    const starts = own.of("poller-started");
    for (const change of own.of("change")) {
      const { removed } = change.facts;
      const still = own.of("removed-text").filter(({ at, facts }) => facts.removed === removed && at > change.at);
      const old = still.filter(
        ({ at }) => (starts.findLast((start) => start.at <= at)?.at ?? Number.NEGATIVE_INFINITY) < change.at,
      );
      if (removed === undefined || old.length === 0) continue;
      return {
        part: "contributor",
        confidence: starts.length > 0 ? "high" : "medium",
        verdict: `a fix was never loaded: the text that it removed was printed ${old.length} more times, by a process that was started before`,
        evidence: [change, starts.findLast(({ at }) => at < change.at) ?? null, ...old],
        change: "restart the process after changing its program, and print its version at start",
      };
    }
    return null;
  },
};
