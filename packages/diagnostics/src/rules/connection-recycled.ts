import { beforeLoss } from "../before-loss.ts";
import type { Evidence } from "../evidence.ts";
import { counted, differences, median, seconds } from "../numbers.ts";
import type { Rule } from "../rule.ts";
import { settingIn } from "../settings.ts";

/** A holder notices its lost connection at once, or at its next try. */
const NOTICED_MS = 10_000;
const SHORTEST_PERIOD_MS = 30_000;

export const connectionRecycled: Rule = {
  id: "connection-recycled",
  find(scene) {
    const { own } = scene;
    const lost = own.of("lost").filter(({ at }, index, all) => at - (all[index - 1]?.at ?? 0) > NOTICED_MS);
    const closed = lost.flatMap(
      (loss) => own.between("connection-closed", loss.at - NOTICED_MS, loss.at + 1).at(-1) ?? [],
    );
    const periodMs = periodOf(lost);
    const lifetime = settingIn(own, "connectionMaxLifetime");
    const fits = periodMs !== null && lifetime !== null && Math.abs(periodMs / lifetime.value - 1) < 0.05;
    const isTold = closed.length >= 2 && closed.length >= lost.length * 0.8;
    // By the clock alone it may be anything that comes by the clock, so nothing else may explain it.
    const isOnlyPeriodic =
      periodMs !== null && lost.length >= 5 && beforeLoss(own.of("store-trouble"), scene).length === 0;
    if (!fits && !isTold && !isOnlyPeriodic) return null;
    const rhythm = periodMs === null ? "" : `, every ${seconds(periodMs)}`;
    return {
      part: "cause",
      confidence: periodMs !== null && (fits || isTold) ? "high" : isTold ? "medium" : "low",
      verdict:
        `the lease goes with the connection that owns it: ${counted(lost.length, "loss", "losses")}${rhythm}` +
        (fits ? `, which is the longest life of a connection in the pool` : "") +
        (isTold ? `, ${closed.length} of them right after a connection was closed` : ""),
      evidence: [lifetime?.line ?? null, ...lost.flatMap((loss) => [closedBefore(closed, loss), loss])],
      counterEvidence:
        fits || isTold
          ? []
          : ["no line tells of a connection: another thing that comes by the clock would look the same"],
      change:
        "keep the lease in a row with an epoch rather than in a session's lock, or its connection out of the pool",
    };
  },
};

function closedBefore(closed: readonly Evidence[], { at }: Evidence): Evidence | null {
  return closed.find((each) => each.at <= at && each.at > at - NOTICED_MS) ?? null;
}

/** The period of losses that come by the clock; one that nobody logged leaves a gap of two. */
function periodOf(lost: readonly Evidence[]): number | null {
  const gaps = differences(lost.map(({ at }) => at));
  const periodMs = median(gaps);
  if (gaps.length < 3 || periodMs === null || periodMs < SHORTEST_PERIOD_MS) return null;
  const off = (gap: number): number => Math.abs(gap - Math.max(1, Math.round(gap / periodMs)) * periodMs);
  return gaps.every((gap) => off(gap) <= Math.max(2_000, periodMs * 0.02)) ? periodMs : null;
}
