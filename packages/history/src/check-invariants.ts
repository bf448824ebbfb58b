import { oneChild, restartBudget } from "./invariants/children.ts";
import { durability } from "./invariants/durability.ts";
import { resourceOrder, risingEpochs } from "./invariants/epochs.ts";
import { exclusion } from "./invariants/exclusion.ts";
import { wholeJournal } from "./invariants/journal.ts";
import { liveness } from "./invariants/liveness.ts";
import { renewal } from "./invariants/renewal.ts";
import { truth } from "./invariants/truth.ts";
import type { Observation } from "./observation.ts";
import type { Invariant, InvariantId, Limits, Violation } from "./violation.ts";

/** What must hold of every history, I1 to I10. */
export const invariants: readonly Invariant[] = [
  exclusion,
  risingEpochs,
  resourceOrder,
  durability,
  renewal,
  oneChild,
  restartBudget,
  wholeJournal,
  liveness,
  truth,
];

/** Every violation in a recorded history, by invariant and then by time. Observations of one moment count in the given order. */
export function checkInvariants(history: Iterable<Observation>, limits: Limits = {}): Violation[] {
  const ordered = inOrder(history);
  return invariants.flatMap((invariant) => [...invariant.check(ordered, limits)]);
}

/**
 * On how many observations each verdict rests. An invariant with none was not checked, whatever `checkInvariants` says: a test
 * that means to check it asserts that there are some.
 */
export function evidenceFor(history: Iterable<Observation>, limits: Limits = {}): Record<InvariantId, number> {
  const seen = new Map<Observation["kind"], number>();
  for (const { kind } of history) seen.set(kind, (seen.get(kind) ?? 0) + 1);
  const counts = invariants.map(({ id, restsOn, needs }) => {
    const isAsked = needs === undefined || limits[needs] !== undefined;
    return [id, isAsked ? restsOn.reduce((sum, kind) => sum + (seen.get(kind) ?? 0), 0) : 0];
  });
  return Object.fromEntries(counts) as Record<InvariantId, number>;
}

function inOrder(history: Iterable<Observation>): readonly Observation[] {
  return [...history].toSorted((a, b) => a.at - b.at);
}
