import { counted } from "../numbers.ts";
import type { Rule } from "../rule.ts";

/** More of them after an end are no write that was under way. */
const BEATS_LEAST = 5;

export const zombieLease: Rule = {
  id: "zombie-lease",
  find({ own, terms, timing: { renewIntervalMs } }) {
    const settledMs = (renewIntervalMs ?? 1_000) / 2;
    const zombies = terms.flatMap((term) => {
      const { end } = term;
      if (end === null) return [];
      if (term.lastRenewAt <= end.at + settledMs) return [];
      const beats = (["state", "renewed"] as const)
        .flatMap((kind) => own.between(kind, end.at, term.nextAcquiredAt))
        .filter(({ at, facts }) => facts.holder === term.holder && (facts.renewTime ?? at) > end.at + settledMs);
      return [{ term, beats }];
    });
    if (zombies.length === 0) return null;
    return {
      part: "cause",
      confidence: zombies.length > 1 || zombies.some(({ beats }) => beats.length >= BEATS_LEAST) ? "high" : "medium",
      verdict: `a dead leader is kept in office: in ${counted(zombies.length, "term")} the lease was renewed after its holder had ended`,
      evidence: zombies.flatMap(({ term, beats }) => [term.end, ...beats]),
      change: "renew only while the holder itself is proved alive, by process and epoch",
    };
  },
};
