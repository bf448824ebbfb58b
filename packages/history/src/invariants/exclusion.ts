import type { Validity } from "../validity.ts";
import { validities } from "../validity.ts";
import { groupBy } from "../violation.ts";
import type { Invariant, Violation } from "../violation.ts";

export const exclusion: Invariant = {
  id: "I1",
  promise: "validity windows of one lease never overlap",
  restsOn: ["granted"],
  *check(history) {
    for (const windows of groupBy(validities(history), ({ fact }) => fact.lease).values()) yield* overlaps(windows);
  },
};

/** Windows come by their beginning, so that one overlaps an earlier one exactly when it overlaps that with the latest end. */
function* overlaps(windows: readonly Validity[]): Generator<Violation> {
  let latest: Validity | undefined;
  for (const window of windows) {
    if (latest !== undefined && window.term !== latest.term && window.from < latest.until)
      yield overlap(latest, window);
    if (latest === undefined || window.until > latest.until) latest = window;
  }
}

function overlap(earlier: Validity, later: Validity): Violation {
  const [one, other] = [earlier.fact, later.fact];
  const untilMs = Math.min(earlier.until, later.until);
  return {
    invariant: "I1",
    facts: [one, other],
    sentence:
      `${one.holder} (epoch ${one.epoch}) and ${other.holder} (epoch ${other.epoch}) both led ${one.lease} ` +
      `from ${later.from} to ${untilMs} ms`,
  };
}
