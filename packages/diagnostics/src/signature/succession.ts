import { passedOn } from "../left-behind.ts";
import type { Scene } from "../rule.ts";
import type { ObservedTerm } from "../term.ts";

/** A lease that nobody released, and how it came to the next holder. Durations in milliseconds. */
export interface Succession {
  readonly term: ObservedTerm;
  /** From the last renewal to the first poll that called it expired; `null` where no poll did. */
  readonly ageMs: number | null;
  /** From the last renewal to the last poll that still called it valid. */
  readonly heldAgeMs: number | null;
  /** From that poll that called it expired to the next holder. */
  readonly startUpMs: number | null;
}

export function successionsIn(scene: Scene): Succession[] {
  const { own, terms } = scene;
  return terms.flatMap((term) => {
    const { released, stale, lastRenewAt, nextAcquiredAt, holder } = term;
    if (released !== null || (stale === null && passedOn(term, scene))) return [];
    if (stale === null && !Number.isFinite(nextAcquiredAt)) return [];
    const seenAt = stale === null || stale.at > nextAcquiredAt ? null : stale.at;
    const held = own
      .between("held-seen", lastRenewAt, seenAt ?? nextAcquiredAt)
      .findLast(({ at, facts }) => at > lastRenewAt && facts.holder === holder);
    return [
      {
        term,
        ageMs: seenAt === null ? null : seenAt - lastRenewAt,
        heldAgeMs: held === undefined ? null : held.at - lastRenewAt,
        startUpMs: seenAt === null || !Number.isFinite(nextAcquiredAt) ? null : nextAcquiredAt - seenAt,
      },
    ];
  });
}
