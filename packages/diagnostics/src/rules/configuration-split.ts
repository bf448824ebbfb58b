import { beforeLoss } from "../before-loss.ts";
import type { Evidence } from "../evidence.ts";
import { least, median, seconds } from "../numbers.ts";
import type { Rule } from "../rule.ts";

/** Stamps are whole seconds, and reading takes a moment. */
const TOLERANCE_MS = 5_000;

export const configurationSplit: Rule = {
  id: "configuration-split",
  find(scene) {
    const { own, terms, timing } = scene;
    const { leaseDurationMs } = timing;
    const states = own.of("state").filter(({ facts }) => facts.leaseDurationMs !== undefined);
    const odd = states.find(({ facts }) => facts.leaseDurationMs !== states[0]?.facts.leaseDurationMs);
    const stale = terms.flatMap(({ stale, released, lastRenewAt }) =>
      stale?.facts.agoMs === undefined || released !== null
        ? []
        : [{ stale, impliedMs: stale.at - stale.facts.agoMs - lastRenewAt }],
    );
    const impliedMs = stale.length < 2 || leaseDurationMs === null ? null : impliedIn(stale, leaseDurationMs);
    const differs = impliedMs !== null;
    if (odd === undefined && !differs) return null;
    // A setting that was changed, and stayed so, is no trouble by itself.
    const isPlanned = !differs && odd !== undefined && !isBack(states) && beforeLoss([odd], scene).length === 0;
    return {
      part: isPlanned ? "symptom" : "cause",
      confidence: "medium",
      verdict:
        odd === undefined
          ? `two lease durations are in use: the state says ${seconds(leaseDurationMs ?? 0)}, and who judges it counts with ${seconds(impliedMs ?? 0)}`
          : `the lease duration in the state changed from ${seconds(states[0]?.facts.leaseDurationMs ?? 0)} to ${seconds(odd.facts.leaseDurationMs ?? 0)}`,
      evidence: odd === undefined ? [states[0] ?? null, ...stale.map((each) => each.stale)] : [states[0] ?? null, odd],
      change: "keep the lease duration in the record alone, and let everybody read it there",
    };
  },
};

/** Whether a duration that was given up comes back: two writers, and no change of one. */
function isBack(states: readonly Evidence[]): boolean {
  const values = states.map(({ facts }) => facts.leaseDurationMs);
  const changes = values.filter((value, index) => index > 0 && value !== values[index - 1]);
  return changes.length >= new Set(values).size;
}

/** A renewal that no line shows makes a lease look longer than it was, never shorter: so it is longer only where each one is. */
function impliedIn(stale: readonly { readonly impliedMs: number }[], leaseDurationMs: number): number | null {
  const all = stale.map(({ impliedMs }) => impliedMs);
  const [middle, shortest] = [median(all) ?? leaseDurationMs, least(all)];
  return middle < leaseDurationMs - TOLERANCE_MS || shortest > leaseDurationMs + TOLERANCE_MS ? middle : null;
}
