import { graceIn } from "../grace.ts";
import { least, most, seconds } from "../numbers.ts";
import type { Rule } from "../rule.ts";

/** Of stamps in whole seconds, and of the poll's own lateness. */
const TOLERANCE_MS = 3_000;

export const detectionLatency: Rule = {
  id: "detection-latency",
  find({ own, terms, timing: { leaseDurationMs, pollMs } }) {
    if (leaseDurationMs === null || pollMs === null) return null;
    const graceMs = graceIn(own, terms, leaseDurationMs) ?? 0;
    const dueMs = leaseDurationMs + graceMs;
    const detected = terms.filter(
      ({ stale, lastRenewAt }) => stale !== null && stale.at - lastRenewAt < dueMs + 3 * pollMs,
    );
    const ages = detected.map(({ stale, lastRenewAt }) => (stale?.at ?? 0) - lastRenewAt);
    if (ages.length < 3) return null;
    if (ages.some((age) => age < dueMs - TOLERANCE_MS || age > dueMs + pollMs + TOLERANCE_MS)) return null;
    const [low, high] = [least(ages), most(ages)];
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
