import { losses, lossesIn, lossWindowMs, weighed } from "../before-loss.ts";
import { COLLECTION, POLL } from "../labels.ts";
import { counted, seconds } from "../numbers.ts";
import type { Rule, Scene, Told } from "../rule.ts";
import { standstillOf } from "../standstill.ts";
import { Stretches } from "../stretches.ts";

export const eventLoopStall: Rule = {
  id: "event-loop-stall",
  find(scene) {
    // Delays are also measured and logged where nothing is wrong.
    const windowMs = lossWindowMs(scene);
    const leastMs = windowMs / 10;
    const trouble = scene.own.of("loop-stalled").filter(({ facts }) => (facts.durationMs ?? leastMs) >= leastMs);
    const stalls = new Stretches(trouble, ({ at, facts }) => at - (facts.durationMs ?? windowMs));
    const pairs = lossesIn(scene).flatMap((loss) => {
      // Within a lease before the loss. It can say so only afterwards, when the lease may be lost already.
      const stall = stalls.lastBegunBy(loss.at);
      return stall === undefined || stall.at < loss.at - windowMs ? [] : [[stall, loss] as const];
    });
    if (pairs.length === 0) return silent(scene);
    return {
      part: "cause",
      ...weighed(trouble, pairs, scene),
      ...told(pairs.map(([stall]) => stall.facts.label)),
      evidence: pairs.flat(),
    };
  },
};

const GOES_ON_MS = 10_000;

/** Where no line tells of a stall: a holder that was heard all the time was not, and then it was again, when others had long found its lease expired. */
function silent(scene: Scene): Told | null {
  const stood = scene.terms.flatMap((term) => {
    const still = standstillOf(scene, term);
    const { stale, released, lastRenewAt } = term;
    if (still === null || !still.goesOn || stale === null || released !== null) return [];
    const isWhole = still.from <= lastRenewAt + (scene.timing.renewIntervalMs ?? 0) && still.to > stale.at + GOES_ON_MS;
    return isWhole && still.from > lastRenewAt - GOES_ON_MS ? [still] : [];
  });
  const [first] = stood;
  if (first === undefined) return null;
  return {
    part: "cause",
    confidence: stood.length > 1 ? "medium" : "low",
    verdict:
      `the holder's process stood still, and went on by itself: nothing of it was heard for ${seconds(first.to - first.from)}, neither work ` +
      `nor renewals, while others wrote on (${counted(stood.length, "term")})`,
    evidence: stood.flatMap((each) => [
      { ...each.before, kind: "worked" as const, at: each.from, dated: true, facts: {} },
      each.term.stale,
    ]),
    counterEvidence: [
      "a process that was stopped, or got no processor, is silent in the same way as one whose loop is blocked",
    ],
    change: "move the blocking work off the loop that renews; let a holder check its deadline before it goes on",
  };
}

/** What stood still, as far as the lines of most losses tell. */
function told(labels: readonly (string | undefined)[]): Pick<Told, "verdict" | "change"> {
  const before = `(before ${losses(labels)})`;
  if (labels.every((label) => label === COLLECTION))
    return {
      verdict: `the holder's process stood still while its memory was collected, for longer than the lease allows ${before}`,
      change: "give it the memory, or a collector, with which it pauses for less than a renewal may be late",
    };
  if (labels.every((label) => label === POLL))
    return {
      verdict: `the holder's own work kept it from its next poll for longer than is allowed, and it was taken for dead ${before}`,
      change: "take less work at a time, or poll while it goes on",
    };
  return {
    verdict: `the holder's event loop stood still for longer than the lease allows ${before}`,
    change: "move the blocking work off the loop that renews",
  };
}
