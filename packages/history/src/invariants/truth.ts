import type { Observation, Told, ToldPaused, Visible } from "../observation.ts";
import { termOf } from "../validity.ts";
import { groupBy, only } from "../violation.ts";
import type { Invariant, Violation } from "../violation.ts";

export const truth: Invariant = {
  id: "I10",
  promise:
    "what status says stood in the store at some moment of the time it speaks of, and what is given up as not working does not work",
  restsOn: ["told", "judged", "told-paused"],
  *check(history) {
    const changes = new Map<string, Visible[]>();
    for (const seen of only(history, "visible", "told")) {
      const before = changes.get(seen.lease) ?? [];
      changes.set(seen.lease, before);
      if (seen.kind === "visible") before.push(seen);
      else yield* untrue(seen, before);
    }
    yield* grantedInPause(history);
    for (const judged of only(history, "judged"))
      if (judged.working)
        yield {
          invariant: "I10",
          facts: [judged, judged],
          sentence: `${judged.child} of ${judged.role} was given up as not working while it worked`,
        };
  },
};

/** `before`: of what happens in one moment, only what came first could be told of. */
function* untrue(told: Told, before: readonly Visible[]): Iterable<Violation> {
  const standing = standingBetween(before, told.asOf, told.at);
  if (standing.some((one) => (one?.holder ?? null) === told.holder && (one?.epoch ?? 0) === told.epoch)) return;
  const stood = standing.map((one) => `${one?.holder ?? "nobody"} at epoch ${one?.epoch ?? 0}`).join(", then ");
  yield {
    invariant: "I10",
    facts: [standing.at(-1) ?? told, told],
    sentence: `status said ${told.holder ?? "nobody"} at epoch ${told.epoch} of ${told.lease}, but there stood ${stood}`,
  };
}

/** What stood at the beginning (`null`: nothing yet), and every change since. */
function standingBetween(changes: readonly Visible[], from: number, to: number): readonly (Visible | null)[] {
  const first = changes.findLast(({ at }) => at <= from) ?? null;
  return [first, ...changes.filter(({ at }) => at > from && at <= to)];
}

/** A claim that was sent, or stood, before the pause was told of may still win. */
function* grantedInPause(history: readonly Observation[]): Iterable<Violation> {
  const kinds = ["visible", "told-paused", "told-resumed", "granted"] as const;
  for (const [lease, seen] of groupBy(only(history, ...kinds), (one) => one.lease)) {
    const stood = new Set<string>();
    let pause: ToldPaused | null = null;
    for (const one of seen) {
      if (one.kind === "visible") {
        if (pause === null && one.holder !== null) stood.add(termOf({ ...one, holder: one.holder }));
      } else if (one.kind !== "granted") pause = one.kind === "told-paused" ? one : null;
      else if (pause !== null && one.sentAt > pause.at && one.at < pause.until && !stood.has(termOf(one))) {
        const sentence = `${one.holder} acquired ${lease} at epoch ${one.epoch} while it was said to be paused`;
        yield { invariant: "I10", facts: [pause, one], sentence };
      }
    }
  }
}
