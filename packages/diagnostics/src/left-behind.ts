import type { Scene } from "./rule.ts";
import type { ObservedTerm } from "./term.ts";

/** Whether the next one led before the lease could have run out: it was released, or its holder proved dead, though no line tells it. */
export function passedOn(
  { lastRenewAt, nextAcquiredAt }: ObservedTerm,
  { timing: { leaseDurationMs } }: Scene,
): boolean {
  return leaseDurationMs !== null && nextAcquiredAt < lastRenewAt + leaseDurationMs;
}

/** Whether it was seen to run out. */
export function ranOut({ stale, nextAcquiredAt }: ObservedTerm): boolean {
  return stale !== null || Number.isFinite(nextAcquiredAt);
}

/** Those of these terms whose holder left the lease behind, as far as the times show. */
export function leftBehind(terms: readonly ObservedTerm[], scene: Scene): ObservedTerm[] {
  const left = terms.filter((term) => term.released === null && !passedOn(term, scene));
  // Where leases pass on at once and no line tells of a release, releases are not logged: who was followed by nobody shows nothing.
  const isUntold = scene.own.of("released").length === 0 && terms.some((term) => passedOn(term, scene));
  return isUntold ? left.filter(ranOut) : left;
}
