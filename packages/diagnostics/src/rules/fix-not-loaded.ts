import { effectsOf, isEffective } from "../effect.ts";
import type { Evidence } from "../evidence.ts";
import { counted } from "../numbers.ts";
import type { Rule, Scene, Told } from "../rule.ts";

/** Fewer polls after a change may be its last ones. */
const LEAST_POLLS = 3;

export const fixNotLoaded: Rule = {
  id: "fix-not-loaded",
  find(scene) {
    const changes = scene.own.of("change");
    for (const change of changes) {
      const told = printed(scene, change) ?? unstarted(scene, change);
      if (told !== null) return told;
    }
    return null;
  },
};

/** What a change took out is printed after it, by a process that was started before. */
function printed({ own }: Scene, change: Evidence): Told | null {
  const { removed = [] } = change.facts;
  const starts = own.of("poller-started");
  const old = own
    .of("removed-text")
    .filter(({ at, facts }) => at > change.at && facts.removed?.some((text) => removed.includes(text)) === true)
    .filter(({ at }) => (own.lastUntil("poller-started", at)?.at ?? Number.NEGATIVE_INFINITY) < change.at);
  if (old.length === 0) return null;
  return {
    part: "contributor",
    confidence: starts.length > 0 ? "high" : "medium",
    verdict: `a fix was never loaded: the text that it removed was printed ${counted(old.length, "more time")}, by a process that was started before`,
    evidence: [change, own.lastBefore("poller-started", change.at) ?? null, ...old],
    change: "restart the process after changing its program, and print its version at start",
  };
}

/** Of a commit: whoever polls was started before it, polls on, and no line tells of a start since. */
function unstarted(scene: Scene, change: Evidence): Told | null {
  const { own } = scene;
  if (change.facts.isCommit !== true || effectsOf(scene).some((each) => each.change === change && isEffective(each)))
    return null;
  const before = own.lastBefore("poller-started", change.at);
  const isStarted = own.has("poller-started", change.at, Number.POSITIVE_INFINITY);
  const polls = [...own.of("held-seen"), ...own.of("expired-seen")].filter(({ at }) => at > change.at);
  if (before === undefined || isStarted || polls.length < LEAST_POLLS) return null;
  return {
    part: "contributor",
    confidence: "low",
    verdict:
      `the commit of ${new Date(change.at).toISOString()} was not loaded by whoever polls the lease: that process was started ` +
      `${new Date(before.at).toISOString()}, and polled ${counted(polls.length, "more time")} without a start since`,
    evidence: [before, change, ...polls],
    counterEvidence: ["these logs do not tell whether the commit changed that program, or another one"],
    change: "restart the process after changing its program, and print its version at start",
  };
}
