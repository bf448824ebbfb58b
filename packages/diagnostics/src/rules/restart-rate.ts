import { counted, differences, span } from "../numbers.ts";
import type { Rule } from "../rule.ts";

const HOUR_MS = 3_600_000;
/** What came within less is a burst, and no rate. */
const BURST_MS = HOUR_MS / 4;

export const restartRate: Rule = {
  id: "restart-rate",
  find({ own, timing: { pollMs } }) {
    const spawns = own.of("spawned");
    // Time in which nobody would have restarted anything does not count.
    const pauses = differences(spawns.map(({ at }) => at)).filter(
      (gap) => gap < Math.max(HOUR_MS / 2, 20 * (pollMs ?? 0)),
    );
    const runningMs = pauses.reduce((sum, gap) => sum + gap, 0);
    if (pauses.length < 3 || runningMs === 0) return null;
    const rate = pauses.length / (runningMs / HOUR_MS);
    if (rate < 2) return null;
    const claimed = own.of("setting").find(({ facts }) => facts.label === "restartsAnHour");
    return {
      part: "symptom",
      confidence: "high",
      verdict:
        (runningMs < BURST_MS
          ? `${pauses.length + 1} starts within ${span(runningMs)} (${spawns.length} in all)`
          : `${rate.toFixed(1)} starts an hour while the watchdog ran (${spawns.length} in all)`) +
        (claimed?.facts.value === undefined
          ? ""
          : `, where ${counted(claimed.facts.value, "was", "were")} claimed or allowed`),
      evidence: [claimed ?? null, ...spawns],
      change: "",
    };
  },
};
