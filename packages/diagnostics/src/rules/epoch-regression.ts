import { OF_SEVERAL_CLOCKS } from "../clocks.ts";
import { counted } from "../numbers.ts";
import type { Rule } from "../rule.ts";
import { stepsBack } from "../silence.ts";
import type { ObservedTerm } from "../term.ts";

export const epochRegression: Rule = {
  id: "epoch-regression",
  find({ own, terms }) {
    const back = terms.flatMap((term, index) => {
      const before = terms[index - 1];
      if (
        before === undefined ||
        before.epoch === null ||
        term.epoch === null ||
        before.holder === term.holder ||
        term.epoch > before.epoch
      )
        return [];
      return [{ before, term }];
    });
    const [first] = back;
    if (first === undefined) return null;
    const reset =
      own.of("state-missing").find(({ at }) => at >= first.before.acquiredAt && at <= first.term.acquiredAt) ?? null;
    // Where a clock was set back the later holder may only look like the earlier one.
    const isSet = stepsBack(own.silences).length > 0;
    const isSure = !isSet && (reset !== null || !mayBeReordered(terms));
    return {
      part: "cause",
      confidence: isSure ? "high" : "low",
      ...(!isSure && {
        counterEvidence: [
          isSet ? "the times of these logs go back, so the order of the terms is not sure" : OF_SEVERAL_CLOCKS,
        ],
      }),
      verdict:
        `the epoch went back from ${first.before.epoch} to ${first.term.epoch} at a new holder (${counted(back.length, "time")}), so fencing is broken` +
        (reset === null ? "" : "; the state had been emptied or deleted in between"),
      evidence: back.flatMap(({ before, term }) => [before.begin, reset, term.begin]),
      change:
        "keep the highest epoch outside the state file, and never take a missing file for a lease that nobody ever held",
    };
  },
};

/** Whether other clocks would put all epochs in order: each is of one holder only, and within no file one goes back. */
function mayBeReordered(terms: readonly ObservedTerm[]): boolean {
  const holders = new Map<number, string>();
  const last = new Map<string, number>();
  for (const { epoch, holder, begin } of terms) {
    if (epoch === null) continue;
    if ((holders.get(epoch) ?? holder) !== holder || (last.get(begin.file) ?? epoch) > epoch) return false;
    holders.set(epoch, holder);
    last.set(begin.file, epoch);
  }
  return true;
}
