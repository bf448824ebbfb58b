import { beforeLoss, losses } from "../before-loss.ts";
import { counted, seconds } from "../numbers.ts";
import type { Rule } from "../rule.ts";
import { stepsBack } from "../silence.ts";

const NEAR_MS = 300_000;

export const clockStep: Rule = {
  id: "clock-step",
  find(scene) {
    const { own } = scene;
    const pairs = beforeLoss(own.of("clock-stepped"), scene);
    const [back, ...others] = stepsBack(own.silences);
    if (pairs.length === 0 && back === undefined) return null;
    const told = pairs.length > 0;
    const near = (["acquired", "held-seen", "expired-seen", "renewed", "touched"] as const).flatMap((kind) =>
      back === undefined ? [] : own.between(kind, back.to - 1, back.to + NEAR_MS).slice(0, 1),
    );
    return {
      part: "cause",
      confidence: pairs.length > 1 || (told && back !== undefined) ? "high" : "medium",
      verdict:
        (told ? `the clock was set, and the lease was judged by it (before ${losses(pairs)})` : "") +
        (told && back !== undefined ? "; " : "") +
        (back === undefined
          ? ""
          : `the times of several logs go back together by ${seconds(back.from - back.to)}, at ${new Date(back.from).toISOString()}` +
            (others.length > 0 ? ` and ${counted(others.length, "other time", "other times")}` : "") +
            ": the clock was set back, and all that is counted from one side of it to the other is wrong"),
      evidence: [...pairs.flat(), ...near],
      counterEvidence:
        told || back === undefined
          ? []
          : [
              "local times without a zone go back in the same way at the end of summer time, and so do logs that were joined in a wrong order",
            ],
      change: "measure leases by a clock that is never set",
    };
  },
};
