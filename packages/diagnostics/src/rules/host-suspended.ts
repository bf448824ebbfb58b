import { seconds } from "../numbers.ts";
import type { Rule } from "../rule.ts";
import { commonSilences } from "../silence.ts";

const MOMENT_MS = 10_000;

export const hostSuspended: Rule = {
  id: "host-suspended",
  find({ own, timing: { pollMs } }) {
    const told = own.of("suspended");
    const leastMs = Math.max(2 * (pollMs ?? 60_000), 30_000);
    const polls = [
      ...own.of("held-seen"),
      ...own.of("expired-seen"),
      ...own.of("touched"),
      ...own.of("renewer-cycle"),
      ...own.of("renewed"),
    ];
    const silent = commonSilences(own.silences).filter(({ from, to }) => {
      const stopped = own.between("poller-stopped", from - (pollMs ?? MOMENT_MS), from + MOMENT_MS).length > 0;
      const started = own.between("poller-started", to - MOMENT_MS, to + MOMENT_MS).length > 0;
      return to - from > leastMs && !stopped && !started;
    });
    // Only where something beats all the time does silence say anything.
    if (told.length === 0 && (polls.length < 5 || silent.length === 0)) return null;
    const [first] = silent;
    const lines = silent.flatMap(({ from, to }) =>
      polls.filter(({ at }) => Math.abs(at - to) < MOMENT_MS || Math.abs(at - from) < MOMENT_MS),
    );
    return {
      part: "cause",
      confidence: told.length > 0 ? "high" : "medium",
      verdict:
        told.length > 0 || first === undefined
          ? "the machine was suspended"
          : `every log was silent for ${seconds(first.to - first.from)} and then went on: the machine slept or was paused`,
      evidence: told.length > 0 ? told : lines,
      counterEvidence: told.length > 0 ? [] : ["a full disk or a cut of the logs would be silent in the same way"],
      change: "after waking, let a holder check its own deadline by a clock that counts sleep, and acquire anew",
    };
  },
};
