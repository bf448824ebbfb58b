import type { Visible } from "../observation.ts";
import { groupBy, only } from "../violation.ts";
import type { Invariant } from "../violation.ts";

export const truth: Invariant = {
  id: "I10",
  promise:
    "what status says stood in the store at some moment of the time it speaks of, and what is given up as not working does not work",
  restsOn: ["told", "judged"],
  *check(history) {
    const changes = groupBy(only(history, "visible"), ({ lease }) => lease);
    for (const told of only(history, "told")) {
      const standing = standingBetween(changes.get(told.lease) ?? [], told.asOf, told.at);
      if (standing.some((one) => (one?.holder ?? null) === told.holder && (one?.epoch ?? 0) === told.epoch)) continue;
      const stood = standing.map((one) => `${one?.holder ?? "nobody"} at epoch ${one?.epoch ?? 0}`).join(", then ");
      yield {
        invariant: "I10",
        facts: [standing.at(-1) ?? told, told],
        sentence: `status said ${told.holder ?? "nobody"} at epoch ${told.epoch} of ${told.lease}, but there stood ${stood}`,
      };
    }
    for (const judged of only(history, "judged"))
      if (judged.working)
        yield {
          invariant: "I10",
          facts: [judged, judged],
          sentence: `${judged.child} of ${judged.role} was given up as not working while it worked`,
        };
  },
};

/** What stood at the beginning (`null`: nothing yet), and every change since. */
function standingBetween(changes: readonly Visible[], from: number, to: number): readonly (Visible | null)[] {
  const first = changes.findLast(({ at }) => at <= from) ?? null;
  return [first, ...changes.filter(({ at }) => at > from && at <= to)];
}
