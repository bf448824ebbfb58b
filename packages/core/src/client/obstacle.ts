import type { LeaseStatus } from "@tenure/schema";
import { quoteForDisplay } from "@tenure/schema/light";

/** What stands between a candidate and a lease, to be said behind its name: `is held by "worker-a" (epoch 7)`. */
export function describeObstacle({
  holderIdentity,
  epoch,
  paused,
  preferredHolder,
}: Pick<LeaseStatus, "holderIdentity" | "epoch" | "paused" | "preferredHolder">): string {
  if (paused !== null) return describePause(paused);
  if (holderIdentity !== null) return `is held by ${quoteForDisplay(holderIdentity)} (epoch ${epoch})`;
  const last = `(last epoch ${epoch})`;
  if (preferredHolder === null) return `may not be taken yet ${last}`;
  return `is kept for ${quoteForDisplay(preferredHolder.holderIdentity)} ${last}`;
}

export function describePause({ by, reason }: NonNullable<LeaseStatus["paused"]>): string {
  return `is paused by ${quoteForDisplay(by)}: ${quoteForDisplay(reason)}`;
}
