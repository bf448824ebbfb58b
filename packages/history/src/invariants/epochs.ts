import type { Granted, Visible, WriteAccepted } from "../observation.ts";
import { termOf } from "../validity.ts";
import { only } from "../violation.ts";
import type { Invariant } from "../violation.ts";

type Appearance = Granted | (Visible & { readonly holder: string });

export const risingEpochs: Invariant = {
  id: "I2",
  promise: "the epoch rises at every acquisition ever visible, whatever happened in between",
  restsOn: ["visible", "granted"],
  *check(history) {
    const withdrawn = new Set(only(history, "withdrawn").map(termOf));
    for (const granted of only(history, "granted")) withdrawn.delete(termOf(granted));
    const known = new Map<string, Appearance["kind"]>();
    const highest = new Map<string, Appearance>();
    for (const seen of only(history, "visible", "granted")) {
      if (!isOfTerm(seen) || withdrawn.has(termOf(seen))) continue;
      const as = known.get(termOf(seen));
      if (as !== "granted") known.set(termOf(seen), seen.kind);
      // A look at a known term is no new term, nor is its grant; one that is granted twice was won twice.
      if (as !== undefined && !(as === "granted" && seen.kind === "granted")) continue;
      const before = highest.get(seen.lease);
      if (before === undefined || seen.epoch > before.epoch) highest.set(seen.lease, seen);
      else
        yield {
          invariant: "I2",
          facts: [before, seen],
          sentence: `${seen.holder} got epoch ${seen.epoch} of ${seen.lease} after ${before.holder} had epoch ${before.epoch}`,
        };
    }
  },
};

export const resourceOrder: Invariant = {
  id: "I3",
  promise: "a fenced resource never takes an epoch below one it has taken",
  restsOn: ["write-accepted"],
  *check(history) {
    const highest = new Map<string, WriteAccepted>();
    for (const write of only(history, "write-accepted")) {
      const before = highest.get(write.resource);
      if (before === undefined || write.epoch >= before.epoch) highest.set(write.resource, write);
      else
        yield {
          invariant: "I3",
          facts: [before, write],
          sentence: `${write.resource} took a write of epoch ${write.epoch} after one of epoch ${before.epoch}`,
        };
    }
  },
};

function isOfTerm(seen: Granted | Visible): seen is Appearance {
  return seen.holder !== null;
}
