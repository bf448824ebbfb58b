import { counted, span } from "../numbers.ts";
import type { Rule } from "../rule.ts";

export const gaveUp: Rule = {
  id: "gave-up",
  find({ own }) {
    const all = own.of("gave-up");
    const [last] = all.slice(-1);
    if (last === undefined) return null;
    const next = [...own.of("spawned"), ...own.of("acquired")]
      .filter(({ at }) => at > last.at)
      .toSorted((a, b) => a.at - b.at)[0];
    return {
      part: next === undefined ? "cause" : "contributor",
      confidence: "high",
      verdict:
        `whoever starts the holder gave up after too many starts (${counted(all.length, "time")})` +
        (next === undefined
          ? ", and nothing in these files starts it again"
          : `, and the next start came ${span(next.at - last.at)} after the last of these`),
      evidence: [...all, next ?? null],
      change:
        "mend what makes the starts fail, then start it by hand; let the limit slow restarts down instead of ending them",
    };
  },
};
