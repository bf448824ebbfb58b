import { OF_SEVERAL_CLOCKS } from "../clocks.ts";
import { counted, most, seconds } from "../numbers.ts";
import type { Rule, Scene } from "../rule.ts";
import { settingIn } from "../settings.ts";
import { lastTermOf, termAt, termBegunAt } from "../terms.ts";
import { lastWorkAfter, workOutlasts } from "../work.ts";

export const stopOverran: Rule = {
  id: "stop-overran",
  find(scene) {
    const { own, terms, timing } = scene;
    const room = roomToStop(scene);
    const over = own.of("lost").flatMap((lost) => {
      const { holder } = lost.facts;
      const term = holder === undefined ? termAt(terms, lost.at) : lastTermOf(terms, holder, lost.at);
      const last = term === undefined ? undefined : lastWorkAfter(scene, term, lost.at + room.ms);
      return term === undefined || last === undefined ? [] : [{ lost, term, last }];
    });
    if (over.length === 0) return null;
    const isSure = over.some(({ lost, term, last }) => workOutlasts(scene, term, lost, last));
    const overlaps = over.filter(({ term, last }) => last.at >= term.nextAcquiredAt);
    const longestMs = most(over.map(({ lost, last }) => last.at - lost.at));
    return {
      part: "cause",
      confidence: !isSure ? "low" : overlaps.length > 0 || room.isKnown ? "high" : "medium",
      verdict:
        `the work went on for up to ${seconds(longestMs)} after the lease was lost (${counted(over.length, "time")}), where ` +
        `${seconds(room.ms)} ${room.isKnown ? "are" : "would usually be"} left for stopping` +
        (overlaps.length > 0 ? "; the next holder already led" : ""),
      evidence: over.flatMap(({ lost, term, last }) => [
        lost,
        termBegunAt(terms, term.nextAcquiredAt)?.begin ?? null,
        last,
      ]),
      counterEvidence: [
        ...(isSure ? [] : [OF_SEVERAL_CLOCKS]),
        ...(timing.leaseDurationMs === null ? ["no line tells how long the lease lives"] : []),
      ],
      change: "bound every stop hook, end what does not stop by then, and let the resource refuse an old epoch",
    };
  },
};

/** What the timing leaves for stopping: what was set for it, else what is left of the lease after the renew deadline. */
function roomToStop({ own, timing: { leaseDurationMs } }: Scene): { readonly ms: number; readonly isKnown: boolean } {
  const [stop, deadline] = [settingIn(own, "stopTimeout"), settingIn(own, "renewDeadline")];
  if (stop !== null) return { ms: Math.max(stop.value, 1_000), isKnown: true };
  const leaseMs = leaseDurationMs ?? 15_000;
  if (deadline === null) return { ms: Math.max(leaseMs / 5, 1_000), isKnown: false };
  return { ms: Math.max(leaseMs - deadline.value, 1_000), isKnown: leaseDurationMs !== null };
}
