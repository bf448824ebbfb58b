import { setTimeout } from "node:timers/promises";
import {
  observeForeignLease,
  type Adoption,
  type Difference,
  type ForeignLease,
  type ForeignWatch,
} from "@tenure/adoption";
import { LeaseError } from "@tenure/core";
import { systemClock } from "@tenure/host";
import { readForeignFile } from "./foreign-file.ts";

/** As often as the quickest of such mechanisms writes. */
const LOOK_EVERY_MS = 250;

/** Told while it happens. */
export interface Told {
  readonly onFirst: (lease: ForeignLease) => void;
  readonly onDifference: (difference: Difference) => void;
}

/** What was seen of another mechanism's file. */
export interface Watched {
  readonly watched: ForeignWatch;
  readonly looks: number;
  readonly unreadable: number;
  /** Why it could not be read, the last time. */
  readonly trouble: string;
  readonly differences: readonly Difference[];
}

/** Watches a foreign file, read-only, and judges what it sees. */
export async function watchForeignFile(
  file: string,
  adoption: Adoption,
  forMs: number,
  { onFirst, onDifference }: Told,
): Promise<Watched> {
  const clock = systemClock();
  const begunMs = clock.now().monotonicMs;
  const differences: Difference[] = [];
  let watched: ForeignWatch | null = null;
  let unreadable = 0;
  let trouble = "";
  for (let looks = 1; ; looks += 1) {
    const { monotonicMs, wallMs } = clock.now();
    try {
      const seen = observeForeignLease(watched, { lease: readForeignFile(file, adoption), monotonicMs, wallMs });
      if (watched === null) onFirst(seen.watch.last);
      watched = seen.watch;
      differences.push(...seen.differences);
      seen.differences.forEach(onDifference);
    } catch (error) {
      // At first it must be what it is said to be; later it may be written at this moment.
      if (watched === null || !(error instanceof LeaseError)) throw error;
      unreadable += 1;
      trouble = error.message;
    }
    const leftMs = forMs - (clock.now().monotonicMs - begunMs);
    if (leftMs <= 0) return { watched, looks, unreadable, trouble, differences };
    await setTimeout(Math.min(LOOK_EVERY_MS, leftMs));
  }
}
