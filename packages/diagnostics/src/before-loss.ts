import type { Evidence } from "./evidence.ts";
import type { Scene } from "./rule.ts";

/** Where no line tells how long a lease lives. */
const USUAL_LEASE_MS = 60_000;

/** One loss is told in several words, one after the other. */
const SAME_LOSS_MS = 2_000;

/** The lines among these that a loss followed, within one lease: trouble that nothing came of explains nothing. */
export function beforeLoss(
  trouble: readonly Evidence[],
  { own, terms, timing }: Scene,
): readonly (readonly [Evidence, Evidence])[] {
  const windowMs = timing.leaseDurationMs ?? USUAL_LEASE_MS;
  const told = [
    ...own.of("lost"),
    ...terms.flatMap(({ stale, exit }) => (stale === null || exit !== null ? [] : [stale])),
  ].toSorted((a, b) => a.at - b.at);
  const losses = told.filter(({ at }, index) => at - (told[index - 1]?.at ?? Number.NEGATIVE_INFINITY) > SAME_LOSS_MS);
  return losses.flatMap((loss) => {
    const before = trouble.findLast(({ at }) => at <= loss.at && at >= loss.at - windowMs);
    return before === undefined ? [] : [[before, loss] as const];
  });
}

/** "2 losses", "1 loss". */
export function losses(pairs: readonly unknown[]): string {
  return `${pairs.length} ${pairs.length === 1 ? "loss" : "losses"}`;
}
