import type { Evidence } from "./evidence.ts";
import { mannWhitney } from "./numbers.ts";
import type { Scene } from "./rule.ts";

/** The gaps from each leader's last renewal to the next leader, before and after a change, in milliseconds. */
export interface Effect {
  readonly change: Evidence;
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** How probable at least so large a difference is when the change did nothing. */
  readonly p: number;
}

/** What each change did, for those with three terms before and at least one after. */
export function effectsOf({ own, terms, timing: { leaseDurationMs, pollMs } }: Scene): Effect[] {
  // Longer ones are times in which nobody looked.
  const longest = (leaseDurationMs ?? 0) * 2 + (pollMs ?? 0) * 2;
  const gaps = terms.flatMap(({ end, lastRenewAt, nextAcquiredAt }) => {
    const gap = nextAcquiredAt - lastRenewAt;
    return end === null || !Number.isFinite(gap) || (longest > 0 && gap > longest) ? [] : [{ at: nextAcquiredAt, gap }];
  });
  return own.of("change").flatMap((change) => {
    const before = gaps.filter(({ at }) => at < change.at).map(({ gap }) => gap);
    const after = gaps.filter(({ at }) => at >= change.at).map(({ gap }) => gap);
    return before.length < 3 || after.length === 0 ? [] : [{ change, before, after, p: mannWhitney(before, after) }];
  });
}

const SIGNIFICANT = 0.05;

export function isIdle({ p, before, after }: Effect): boolean {
  // Too few for the test, but within what was there before.
  const isAlike = after.every((gap) => gap >= Math.min(...before) * 0.9 && gap <= Math.max(...before) * 1.1);
  return p > SIGNIFICANT && (after.length >= 3 || isAlike);
}

export function isEffective({ p, after }: Effect): boolean {
  return p <= SIGNIFICANT && after.length >= 3;
}
