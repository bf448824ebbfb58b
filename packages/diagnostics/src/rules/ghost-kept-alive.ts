import type { Evidence } from "../evidence.ts";
import type { Rule } from "../rule.ts";

export const ghostKeptAlive: Rule = {
  id: "ghost-kept-alive",
  find({ own, terms, timing: { leaseDurationMs } }) {
    const freshMs = leaseDurationMs ?? 60_000;
    const began = terms[0]?.acquiredAt ?? Number.NEGATIVE_INFINITY;
    const leaders = new Set(terms.map(({ holder }) => holder));
    const alive = new Set([...own.of("registered"), ...own.of("touched")].map(({ facts }) => facts.holder));
    const beaten = new Set(own.of("renewer-cycle").map(({ facts }) => facts.holder));
    const isGhost = ({ at, facts }: Evidence): boolean =>
      facts.holder !== undefined &&
      beaten.has(facts.holder) &&
      !leaders.has(facts.holder) &&
      !alive.has(facts.holder) &&
      (facts.startTime ?? began) < began &&
      at - (facts.renewTime ?? Number.NEGATIVE_INFINITY) < freshMs;
    const ghosts = own.of("registry-row").filter(isGhost);
    if (ghosts.length < 2) return null;
    return {
      part: "contributor",
      confidence: "high",
      verdict:
        `a ghost is kept alive: the registry shows a fresh heartbeat for an identity that started before these logs, never leads and ` +
        `never writes a line itself (${ghosts.length} versions); only the renewal service refreshes it`,
      evidence: ghosts,
      change: "remove a registry row when its process is proved dead, and let nobody refresh a row but its owner",
    };
  },
};
