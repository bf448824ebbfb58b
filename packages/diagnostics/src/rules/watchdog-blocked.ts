import { counted, indexAfter, seconds } from "../numbers.ts";
import type { Rule } from "../rule.ts";
import { heldPolls } from "../timing.ts";

export const watchdogBlocked: Rule = {
  id: "watchdog-blocked",
  find({ own, timing: { pollMs } }) {
    if (pollMs === null) return null;
    const polls = [...heldPolls(own), ...own.of("expired-seen")].toSorted((a, b) => a.at - b.at);
    const blocked = own.of("waiting").filter(({ at, facts }) => {
      const next = polls[indexAfter(polls, at + 1_000, (poll) => poll.at)];
      const gap = (next?.at ?? at) - at;
      return (facts.durationMs ?? 0) > pollMs && gap >= (facts.durationMs ?? 0) * 0.8;
    });
    const [first] = blocked;
    if (first === undefined) return null;
    return {
      part: "contributor",
      confidence: "high",
      verdict: `the watchdog slept while it should have looked: it waited ${seconds(first.facts.durationMs ?? 0)} in one go, with a poll of ${seconds(pollMs)} (${counted(blocked.length, "time")})`,
      evidence: blocked,
      change: "do not wait inside the loop that polls: note when to try again, and go on polling",
    };
  },
};
