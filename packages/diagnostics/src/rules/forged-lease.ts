import { counted } from "../numbers.ts";
import type { Rule } from "../rule.ts";

export const forgedLease: Rule = {
  id: "forged-lease",
  find({ own, terms }) {
    const acquired = own.of("acquired");
    const [first, last] = [acquired[0]?.at, acquired.at(-1)?.at];
    if (first === undefined || last === undefined || acquired.length < 2) return null;
    const forged = terms.filter(
      ({ begin, acquiredAt }) => begin.kind === "state" && acquiredAt > first && acquiredAt < last,
    );
    if (forged.length === 0) return null;
    return {
      part: "cause",
      confidence: "medium",
      verdict: `the state names a holder that no line says acquired the lease (${counted(forged.length, "time")}): somebody wrote the file by hand, or past the protocol`,
      evidence: forged.map(({ begin }) => begin),
      counterEvidence: ["a lost log line would look the same"],
      change: "let nothing write the state but an acquisition that compares and swaps",
    };
  },
};
