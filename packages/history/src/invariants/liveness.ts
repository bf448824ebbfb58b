import { validities } from "../validity.ts";
import { only } from "../violation.ts";
import type { Invariant } from "../violation.ts";

export const liveness: Invariant = {
  id: "I9",
  promise: "once faults have ended, a live candidate leads in time",
  restsOn: ["quiet"],
  *check(history) {
    const end = history.at(-1);
    const windows = validities(history);
    for (const quiet of only(history, "quiet")) {
      const until = quiet.at + quiet.withinMs;
      // A history that stops before the time is up says nothing.
      if (end === undefined || end.at < until) continue;
      const led = windows.some(
        (window) => window.fact.lease === quiet.lease && window.from <= until && window.until > quiet.at,
      );
      if (!led)
        yield {
          invariant: "I9",
          facts: [quiet, end],
          sentence: `nobody led ${quiet.lease} from ${quiet.at} to ${until}, though nothing stood in the way`,
        };
    }
  },
};
