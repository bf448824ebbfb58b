import { quoteForDisplay } from "@tenure/schema/light";
import { isSame, type ForeignLease } from "./read.ts";

/** One look at the file. */
export interface ForeignObservation {
  readonly lease: ForeignLease;
  /** When it was looked at, on a clock that never steps. */
  readonly monotonicMs: number;
  /** The same instant on the wall clock: what the old mechanism compares its stamps with. */
  readonly wallMs: number;
}

export type DifferenceKind =
  /** The stamp is older than the lease's duration, and yet the lease was renewed while it was watched. */
  | "expired-by-stamp-only"
  /** Unchanged for its duration while it was watched, and its stamp still counts as fresh. */
  | "alive-by-stamp-only"
  | "epoch-regression"
  /** Another holder with the epoch of the one before. */
  | "epoch-reused"
  /** Another holder, before the one before it let go or ran out. */
  | "holder-changed-without-release";

/** A point at which the old mechanism and a lease of tenure would have decided differently. */
export interface Difference {
  readonly kind: DifferenceKind;
  readonly holderIdentity: string | null;
  readonly epoch: number;
  readonly message: string;
}

/** What several looks have shown. */
export interface ForeignWatch {
  readonly last: ForeignLease;
  /** When `last` was first seen: its age counts from here, whatever its stamps say. */
  readonly seenSinceMs: number;
  /** False until a change was seen: before, nobody knows how old `last` is. */
  readonly changeSeen: boolean;
  readonly highestEpoch: number;
  /** Told of `last` already. */
  readonly told: readonly DifferenceKind[];
}

/** Takes one look into account. `watch` is null at the first. */
export function observeForeignLease(
  watch: ForeignWatch | null,
  seen: ForeignObservation,
): { readonly watch: ForeignWatch; readonly differences: readonly Difference[] } {
  const { lease, monotonicMs } = seen;
  const differences: Difference[] = [];
  const same = watch !== null && isSame(watch.last, lease);
  if (watch !== null && !same) differences.push(...ofChange(watch, seen));
  const next: ForeignWatch = {
    last: lease,
    seenSinceMs: same ? watch.seenSinceMs : monotonicMs,
    changeSeen: watch !== null && (watch.changeSeen || !same),
    highestEpoch: Math.max(watch?.highestEpoch ?? 0, lease.epoch),
    told: same ? watch.told : [],
  };
  const byStamp = ofStamp(next, seen);
  if (byStamp === null || next.told.includes(byStamp.kind)) return { watch: next, differences };
  return { watch: { ...next, told: [...next.told, byStamp.kind] }, differences: [...differences, byStamp] };
}

/** Whether a foreign holder may be succeeded: nobody leads, or it stood unchanged for its whole duration while watched. */
export function isWaitedOut(watch: ForeignWatch, monotonicMs: number): boolean {
  return watch.last.holderIdentity === null || monotonicMs - watch.seenSinceMs >= watch.last.leaseDurationMs;
}

function ofChange(watch: ForeignWatch, { lease, monotonicMs }: ForeignObservation): Difference[] {
  const { last } = watch;
  const found: Difference[] = [];
  const holds = `${nameOf(lease)} has epoch ${lease.epoch}`;
  const replaced = lease.holderIdentity !== null && lease.holderIdentity !== last.holderIdentity;
  if (lease.epoch < watch.highestEpoch)
    found.push(
      difference(
        "epoch-regression",
        lease,
        `${holds}, after ${watch.highestEpoch}: a fence no longer tells them apart`,
      ),
    );
  else if (replaced && last.holderIdentity !== null && lease.epoch === last.epoch)
    found.push(difference("epoch-reused", lease, `${holds}, which was that of ${nameOf(last)}`));
  if (replaced && !isWaitedOut(watch, monotonicMs))
    found.push(
      difference(
        "holder-changed-without-release",
        lease,
        `${nameOf(lease)} replaced ${nameOf(last)}, last changed ${monotonicMs - watch.seenSinceMs} ms before, without a release`,
      ),
    );
  return found;
}

function ofStamp(watch: ForeignWatch, { lease, monotonicMs, wallMs }: ForeignObservation): Difference | null {
  if (lease.holderIdentity === null || lease.lastHeartbeatMs === null) return null;
  const stampAgeMs = wallMs - lease.lastHeartbeatMs;
  const staleByStamp = stampAgeMs > lease.leaseDurationMs;
  const waitedOut = isWaitedOut(watch, monotonicMs);
  const holder = `${nameOf(lease)}, epoch ${lease.epoch},`;
  if (staleByStamp && watch.changeSeen && !waitedOut)
    return difference(
      "expired-by-stamp-only",
      lease,
      `${holder} is ${stampAgeMs} ms old by its stamp, and was seen to be renewed`,
    );
  if (!staleByStamp && waitedOut)
    return difference(
      "alive-by-stamp-only",
      lease,
      `${holder} was not renewed for ${monotonicMs - watch.seenSinceMs} ms, and its stamp is fresh`,
    );
  return null;
}

function difference(kind: DifferenceKind, lease: ForeignLease, message: string): Difference {
  return { kind, holderIdentity: lease.holderIdentity, epoch: lease.epoch, message };
}

function nameOf(lease: ForeignLease): string {
  return lease.holderIdentity === null ? "nobody" : quoteForDisplay(lease.holderIdentity);
}
