import { seconds } from "../numbers.ts";
import type { Rule } from "../rule.ts";

/** Of stamps in whole seconds, and of the poll's own lateness. */
const TOLERANCE_MS = 3_000;

export const detectionLatency: Rule = {
  id: "detection-latency",
  find({ own, terms, timing: { leaseDurationMs, pollMs } }) {
    if (leaseDurationMs === null || pollMs === null) return null;
    const graceMs = graceIn(own.of("held-seen"), terms, leaseDurationMs) ?? 0;
    const least = leaseDurationMs + graceMs;
    const detected = terms.filter(
      ({ stale, lastRenewAt }) => stale !== null && stale.at - lastRenewAt < least + 3 * pollMs,
    );
    const ages = detected.map(({ stale, lastRenewAt }) => (stale?.at ?? 0) - lastRenewAt);
    if (ages.length < 3) return null;
    if (ages.some((age) => age < least - TOLERANCE_MS || age > least + pollMs + TOLERANCE_MS)) return null;
    const [low, high] = [Math.min(...ages), Math.max(...ages)];
    return {
      part: "symptom",
      confidence: "high",
      verdict:
        `${seconds(low)} to ${seconds(high)} is how long an ended leader stays undetected, not how long a lease lives: ` +
        `lease duration ${seconds(leaseDurationMs)} + grace ${seconds(graceMs)}, rounded up to the next poll of ${seconds(pollMs)}, ` +
        `in ${ages.length} of ${ages.length} detections. It carries no cause`,
      evidence: detected.map(({ stale }) => stale),
      change: "",
    };
  },
};

/** What "valid for" counts beyond the lease duration. */
function graceIn(
  polls: readonly {
    readonly at: number;
    readonly facts: { readonly holder?: string; readonly remainingMs?: number };
  }[],
  terms: readonly {
    readonly holder: string;
    readonly acquiredAt: number;
    readonly nextAcquiredAt: number;
    readonly lastRenewAt: number;
  }[],
  leaseDurationMs: number,
): number | null {
  const graces = polls.flatMap(({ at, facts }) => {
    const term = terms.find(
      ({ holder, acquiredAt, nextAcquiredAt }) => facts.holder === holder && at >= acquiredAt && at < nextAcquiredAt,
    );
    if (term === undefined || facts.remainingMs === undefined || at < term.lastRenewAt) return [];
    return [at + facts.remainingMs - term.lastRenewAt - leaseDurationMs];
  });
  // Whole seconds are cut off in the stamp and in what remains, so most of them say a little too little.
  const high = graces.toSorted((a, b) => a - b)[Math.floor(graces.length * 0.9)];
  return high === undefined ? null : Math.max(0, Math.round(high / 1_000) * 1_000);
}
