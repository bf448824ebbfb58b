import { counted } from "../numbers.ts";
import type { Rule } from "../rule.ts";

export const staleErrorBurst: Rule = {
  id: "stale-error-burst",
  find({ own, terms }) {
    const errors = own.of("error");
    const [first, last] = [errors[0]?.at, errors.at(-1)?.at];
    const ends = terms.filter(({ stale }) => stale !== null);
    const [begin, end] = [ends[0]?.stale?.at, ends.at(-1)?.stale?.at];
    if (first === undefined || last === undefined || begin === undefined || end === undefined) return null;
    const outside = ends.filter(
      ({ stale }) => stale !== null && (stale.at < first || stale.at > last + (last - first)),
    );
    if (last - first > (end - begin) / 10 || outside.length < ends.length * 0.8 || ends.length < 3) return null;
    const undated = errors.filter(({ dated }) => !dated).length;
    return {
      part: "red-herring",
      confidence: "high",
      verdict:
        `${counted(errors.length, "error line")}${undated > 0 ? ` (${undated} without a time of their own)` : ""} ${errors.length === 1 ? "is" : "are"} one burst, and not what ends the leases: ` +
        `${outside.length} of ${ends.length} leases ran out before or after it`,
      evidence: errors,
      change: "",
    };
  },
};
