import type { Evidence } from "./evidence.ts";
import type { Scene } from "./rule.ts";

/** Where no line tells how long a lease lives. */
const USUAL_LEASE_MS = 60_000;

/** The lines among these that a loss followed, within one lease: trouble that nothing came of explains nothing. */
export function beforeLoss(
  trouble: readonly Evidence[],
  { own, terms, timing }: Scene,
): readonly (readonly [Evidence, Evidence])[] {
  const windowMs = timing.leaseDurationMs ?? USUAL_LEASE_MS;
  const losses = [
    ...own.of("lost"),
    ...terms.flatMap(({ stale, exit }) => (stale === null || exit !== null ? [] : [stale])),
  ];
  return losses.flatMap((loss) => {
    const before = trouble.findLast(({ at }) => at <= loss.at && at >= loss.at - windowMs);
    return before === undefined ? [] : [[before, loss] as const];
  });
}

/** "2 losses", "1 loss". */
export function losses(pairs: readonly unknown[]): string {
  return `${pairs.length} ${pairs.length === 1 ? "loss" : "losses"}`;
}
