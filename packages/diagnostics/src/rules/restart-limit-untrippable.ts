import { counted, seconds } from "../numbers.ts";
import type { Rule } from "../rule.ts";
import { settingIn } from "../settings.ts";

export const restartLimitUntrippable: Rule = {
  id: "restart-limit-untrippable",
  find({ own }) {
    const [burst, window, delay] = ["restartBurst", "restartWindow", "restartDelay"].map((label) =>
      settingIn(own, label),
    );
    if (burst === null || burst === undefined || window === null || window === undefined) return null;
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
