import type { Case } from "../case.ts";
import { OF_SEVERAL_CLOCKS, outlasts } from "../clocks.ts";
import type { Evidence } from "../evidence.ts";
import { counted } from "../numbers.ts";
import type { Rule } from "../rule.ts";
import type { ObservedTerm } from "../term.ts";

/** More of them after an end are no write that was under way. */
const BEATS_LEAST = 5;

const kinds = ["state", "renewed"] as const;

export const zombieLease: Rule = {
  id: "zombie-lease",
  find(scene) {
    const { own, terms, timing } = scene;
    const settledMs = (timing.renewIntervalMs ?? 1_000) / 2;
    const zombies = terms.flatMap((term) => {
      const { end } = term;
      if (end === null) return [];
      if (term.lastRenewAt <= end.at + settledMs) return [];
      const beats = kinds
        .flatMap((kind) => own.between(kind, end.at, term.nextAcquiredAt))
        .filter(({ at, facts }) => facts.holder === term.holder && (facts.renewTime ?? at) > end.at + settledMs);
      return [{ term, end, beats }];
    });
    if (zombies.length === 0) return null;
    const isSure = zombies.some(({ term, end, beats }) =>
      beats
        .slice(-1)
        .some((last) => outlasts(scene, term, { over: end, first: firstBeatOf(own, term, last.file), last })),
    );
    return {
      part: "cause",
      confidence: !isSure
        ? "low"
        : zombies.length > 1 || zombies.some(({ beats }) => beats.length >= BEATS_LEAST)
          ? "high"
          : "medium",
      verdict: `a dead leader is kept in office: in ${counted(zombies.length, "term")} the lease was renewed after its holder had ended`,
      counterEvidence: isSure ? [] : [OF_SEVERAL_CLOCKS],
      evidence: zombies.flatMap(({ term, beats }) => [term.end, ...beats]),
      change: "renew only while the holder itself is proved alive, by process and epoch",
    };
  },
};

/** The first that a file tells of a term's lease. */
function firstBeatOf(own: Case, { holder, acquiredAt, nextAcquiredAt }: ObservedTerm, file: string): Evidence | null {
  const beats = kinds.flatMap((kind) => own.between(kind, acquiredAt, nextAcquiredAt));
  const told = beats.filter((each) => each.file === file && each.facts.holder === holder);
  return told.toSorted((a, b) => a.at - b.at)[0] ?? null;
}
