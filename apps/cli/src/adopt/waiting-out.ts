import { setTimeout } from "node:timers/promises";
import {
  isWaitedOut,
  observeForeignLease,
  type Adoption,
  type ForeignLease,
  type ForeignWatch,
} from "@tenure/adoption";
import { LeaseError, type Clock } from "@tenure/core";
import { formatDuration, quoteForDisplay } from "@tenure/schema/light";
import { leaseIn, readText } from "./foreign-file.ts";

export interface WaitingOut {
  readonly path: string;
  readonly adoption: Adoption;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly timeoutMs: number | undefined;
  /** Told once, when there is somebody to be waited for. */
  readonly onWait: (lease: ForeignLease) => void;
}

/** What stood in the file when nobody led by it any more. */
export interface WaitedOut {
  readonly lease: ForeignLease;
  readonly text: string;
  readonly highestEpoch: number;
}

const LOOK_EVERY_MS = 250;

/**
 * Waits until the foreign holder let go, or stood unchanged for its whole duration while it was watched; its stamps decide nothing.
 * @throws LeaseError `EACQUIRETIMEOUT`.
 */
export async function waitOut({ path, adoption, clock, signal, timeoutMs, onWait }: WaitingOut): Promise<WaitedOut> {
  const begunMs = clock.now().monotonicMs;
  let watch: ForeignWatch | null = null;
  for (;;) {
    const { monotonicMs, wallMs } = clock.now();
    const waited = monotonicMs - begunMs;
    const read = attempt(path, adoption, watch !== null);
    if (read !== null) {
      if (watch === null && read.lease.holderIdentity !== null) onWait(read.lease);
      watch = observeForeignLease(watch, { lease: read.lease, monotonicMs, wallMs }).watch;
      if (isWaitedOut(watch, monotonicMs)) return { ...read, highestEpoch: watch.highestEpoch };
    }
    if (timeoutMs !== undefined && waited >= timeoutMs)
      throw new LeaseError(
        "EACQUIRETIMEOUT",
        `${path} is held by ${quoteForDisplay(watch?.last.holderIdentity)}, which did not let go within ${formatDuration(timeoutMs)}; nothing was changed`,
      );
    await setTimeout(LOOK_EVERY_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** Read once, it may be torn for a moment. */
function attempt(path: string, adoption: Adoption, wasRead: boolean): Pick<WaitedOut, "lease" | "text"> | null {
  try {
    const { text } = readText(path);
    return { text, lease: leaseIn(path, text, adoption) };
  } catch (error) {
    if (!wasRead || !(error instanceof LeaseError)) throw error;
    return null;
  }
}
