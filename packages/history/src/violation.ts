import type { Observation, ObservationKind } from "./observation.ts";

export type InvariantId = "I1" | "I2" | "I3" | "I4" | "I5" | "I6" | "I7" | "I8" | "I9" | "I10";

/** A promise that was broken, with the observations that contradict each other. */
export interface Violation {
  readonly invariant: InvariantId;
  /** The earlier and the later fact; the same one twice where it contradicts itself. */
  readonly facts: readonly [Observation, Observation];
  readonly sentence: string;
}

export interface Limits {
  /** At most this many starts of one role in any window. Default: starts are not counted. */
  readonly restartBudget?: { readonly starts: number; readonly windowMs: number };
  /** By how much the recorder's stamps and the holders' clocks may differ. Default 0. */
  readonly clockErrorMs?: number;
}

export interface Invariant {
  readonly id: InvariantId;
  readonly promise: string;
  /** What must have been recorded for a clean verdict to mean anything: at least one of these. */
  readonly restsOn: readonly ObservationKind[];
  /** Without this limit nothing is checked. */
  readonly needs?: keyof Limits;
  /** Over observations in the order of time. */
  check(history: readonly Observation[], limits: Limits): Iterable<Violation>;
}

/** The observations of some kinds, typed as such. */
export function only<Kind extends ObservationKind>(
  history: readonly Observation[],
  ...kinds: readonly Kind[]
): Extract<Observation, { kind: Kind }>[] {
  return history.filter((seen): seen is Extract<Observation, { kind: Kind }> =>
    (kinds as readonly string[]).includes(seen.kind),
  );
}

/** In the order of first mention. */
export function groupBy<T, Key>(items: readonly T[], keyOf: (item: T) => Key): Map<Key, T[]> {
  const groups = new Map<Key, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
