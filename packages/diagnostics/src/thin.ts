import type { EvidenceKind } from "@tenure/schema";
import type { Evidence } from "./evidence.ts";

/** Kinds whose lines repeat for as long as a holder leads: those within a stretch tell little that its ends do not. */
export const beats: ReadonlySet<EvidenceKind> = new Set<EvidenceKind>(["renewed", "touched", "state", "worked"]);

/** Of the latest part each line is kept, so that the beat stays known. */
const OLDER_SHARE = 0.75;

/** Leaves out every second line within a stretch of one holder and keeps its ends. @param ordered in the order of time */
export function thinned(ordered: readonly Evidence[]): Evidence[] {
  const stretches = new Map<string | undefined, { key: string; last: number; isEven: boolean }>();
  const out = new Set<number>();
  const older = ordered.length * OLDER_SHARE;
  for (const [index, { facts }] of ordered.entries()) {
    const { lease, holder, epoch, instance, pid, label, leaseDurationMs } = facts;
    const key = JSON.stringify([holder, epoch, instance, pid, label, leaseDurationMs]);
    const stretch = stretches.get(lease);
    if (stretch?.key !== key) {
      stretches.set(lease, { key, last: -1, isEven: false });
      continue;
    }
    // Only now is it sure that the one before is no end.
    if (stretch.isEven && stretch.last !== -1 && index < older) out.add(stretch.last);
    stretch.last = index;
    stretch.isEven = !stretch.isEven;
  }
  return ordered.filter((_, index) => !out.has(index));
}
