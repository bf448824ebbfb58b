import { graceIn } from "../grace.ts";
import { counted, differences, seconds } from "../numbers.ts";
import type { Rule, Scene, Told } from "../rule.ts";
import { settingIn } from "../settings.ts";

export const restartLimitUntrippable: Rule = {
  id: "restart-limit-untrippable",
  find(scene) {
    const { own } = scene;
    const [burst, window, delay] = ["restartBurst", "restartWindow", "restartDelay"].map((label) =>
      settingIn(own, label),
    );
    if (burst === null || burst === undefined || window === null || window === undefined) return slowerThanLimit(scene);
    if (own.of("gave-up").length > 0 || burst.value < 1) return null;
    const settings = [burst.line, window.line, delay?.line ?? null];
    const leastMs = burst.value * (delay?.value ?? 0);
    const limit = `${counted(burst.value, "restart")} in ${seconds(window.value)}`;
    const change = `count over more than ${seconds(Math.max(leastMs, window.value) * 2)}, or allow fewer; what to do when it trips is a setting of its own`;
    if (window.value <= 0 || leastMs >= window.value) {
      const why =
        window.value <= 0
          ? "its window is 0, which turns it off"
          : `${counted(burst.value, "restart")} with ${seconds(delay?.value ?? 0)} before each take ${seconds(leastMs)}, and only the last ${seconds(window.value)} count`;
      return {
        part: "contributor",
        confidence: "high",
        verdict: `the restart limit can never trip: ${why}. Nothing ends a storm of restarts`,
        evidence: [...settings, ...own.of("spawned")],
        change,
      };
    }
    const spawns = own.of("spawned");
    const storm = spawns.flatMap((spawn, index) => {
      const past = spawns[index + burst.value + 1];
      return past !== undefined && past.at - spawn.at < window.value ? [past] : [];
    });
    if (storm.length === 0) return null;
    return {
      part: "contributor",
      confidence: "medium",
      verdict: `the restart limit did not trip: ${limit} are allowed, ${counted(storm.length, "start")} came on top of that, and no line says that anybody gave up`,
      evidence: [...settings, ...storm],
      counterEvidence: ["starts by hand do not count against a limit, and look the same"],
      change: "count restarts by time, in a store that outlives whoever restarts",
    };
  },
};

const HOUR_MS = 3_600_000;
const FEWEST = 5;

/** A limit an hour, where each start waits until a lease has run out: so many never fit into an hour. */
function slowerThanLimit({ own, terms, timing: { leaseDurationMs, pollMs } }: Scene): Told | null {
  const limit = settingIn(own, "restartsAnHour");
  const spawns = own.of("spawned");
  if (limit === null || leaseDurationMs === null || spawns.length < FEWEST || own.of("gave-up").length > 0) return null;
  const waitedMs = (pollMs ?? 0) + 10_000;
  const waited = spawns.filter(({ at }) => own.between("expired-seen", at - waitedMs, at + 1).length > 0);
  const leastMs = leaseDurationMs + (graceIn(own, terms, leaseDurationMs) ?? 0);
  const most = Math.floor(HOUR_MS / leastMs);
  const faster = differences(spawns.map(({ at }) => at)).filter((gap) => gap < leastMs * 0.9);
  if (waited.length < spawns.length * 0.8 || faster.length > spawns.length * 0.1 || most >= limit.value) return null;
  return {
    part: "contributor",
    confidence: "medium",
    verdict:
      `the limit of ${counted(limit.value, "restart")} an hour can never trip: each start waits until a lease has run out, ` +
      `${seconds(leastMs)}, so there are ${most} an hour at most. Nothing ends a storm of restarts`,
    evidence: [limit.line, ...waited],
    counterEvidence: ["starts that fail at once need not wait so long, and may reach it"],
    change: `allow fewer than ${counted(most, "restart")} an hour, or count them over a longer time`,
  };
}
