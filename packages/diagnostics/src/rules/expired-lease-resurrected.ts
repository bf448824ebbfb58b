import { counted, differences, most, seconds } from "../numbers.ts";
import { Reach } from "../reach.ts";
import type { Rule, Scene } from "../rule.ts";
import { commonSilences } from "../silence.ts";
import type { ObservedTerm } from "../term.ts";

/** A log may go on a moment after its last renewal. */
const MOMENT_MS = 5_000;

export const expiredLeaseResurrected: Rule = {
  id: "expired-lease-resurrected",
  find(scene) {
    const { own, terms } = scene;
    const { leaseDurationMs } = scene.timing;
    if (leaseDurationMs === null) return null;
    const silent = new Reach(commonSilences(own.silences));
    const risen = terms.flatMap((term) => {
      const times = [term.acquiredAt, ...term.renewedAt];
      const gaps = differences(times);
      const gap = Math.max(0, most(gaps));
      const from = times[gaps.indexOf(gap)] ?? term.acquiredAt;
      const isSilent = silent.of(from + MOMENT_MS) > from + gap - MOMENT_MS;
      return gap > leaseDurationMs && isSeen(scene, term, gaps) ? [{ term, gap, isSilent }] : [];
    });
    const isSure = risen.some(({ isSilent }) => !isSilent);
    const [first] = risen;
    if (first === undefined) return null;
    const line = own
      .of("state")
      .find(
        ({ facts, at }) => facts.holder === first.term.holder && (facts.renewTime ?? at) === first.term.lastRenewAt,
      );
    return {
      part: "cause",
      confidence: isSure ? "medium" : "low",
      verdict:
        `an expired lease was renewed as if nothing had happened: ${seconds(first.gap)} between two renewals of one term, ` +
        `where the lease lives ${seconds(leaseDurationMs)} (${counted(risen.length, "term")})`,
      evidence: [first.term.begin, line ?? null],
      counterEvidence: [
        "renewals in between that no log shows would make this a gap in the logs",
        ...(isSure ? [] : ["no log has any line of that time, which a cut or a machine that slept leaves, too"]),
      ],
      change: "refuse a renewal after the deadline, and acquire anew with a new epoch",
    };
  },
};

/** Versions of a state are often only samples: a gap among them says something where the others keep the beat, or where somebody saw the lease expired. */
function isSeen({ own, timing }: Scene, term: ObservedTerm, gaps: readonly number[]): boolean {
  const { leaseDurationMs, renewIntervalMs } = timing;
  const others = gaps.filter((gap) => gap <= (leaseDurationMs ?? 0));
  const onBeat = others.filter((gap) => gap < 1.5 * (renewIntervalMs ?? 0));
  const until = term.renewedAt.at(-1) ?? term.acquiredAt;
  const expired = own
    .between("expired-seen", term.acquiredAt, until)
    .some(({ facts }) => facts.holder === undefined || facts.holder === term.holder);
  return expired || (!term.isSampled && onBeat.length >= others.length * 0.8);
}
