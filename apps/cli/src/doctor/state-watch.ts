import { setTimeout } from "node:timers/promises";
import {
  observeForeignLease,
  writtenAt,
  type Adoption,
  type Difference,
  type ForeignLease,
  type ForeignWatch,
} from "@tenure/adoption";
import { LeaseError, type Clock } from "@tenure/core";
import type { ExaminedState, StateWrite } from "@tenure/diagnostics";
import { leaseIn, readText, versionOf, type ReadFile } from "../adopt/foreign-file.ts";

export type StateSeen = Pick<ExaminedState, "watchedMs" | "watchedWhole" | "writes" | "differences"> & {
  readonly last: ForeignLease;
  readonly stampAgeMs: number | null;
};

export interface StateWatchOptions {
  readonly path: string;
  readonly adoption: Adoption;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** At most; without it the file's own duration, and never more than two minutes. */
  readonly forMs: number | undefined;
}

const LOOK_EVERY_MS = 250;
const LONGEST_MS = 120_000;
/** Two gaps between renewals say how regular they are. */
const RENEWALS_ENOUGH = 3;

/** Watches a foreign file until its heartbeat was seen to move three times, or its own duration has passed. */
export async function watchState({ path, adoption, clock, signal, forMs }: StateWatchOptions): Promise<StateSeen> {
  const begunMs = clock.now().monotonicMs;
  const writes: StateWrite[] = [];
  const differences: Difference[] = [];
  let watch: ForeignWatch | null = null;
  let version = "";
  for (;;) {
    signal.throwIfAborted();
    const { monotonicMs, wallMs } = clock.now();
    const read = attempt(path, adoption, watch !== null);
    if (read !== null) {
      const { lease, stat } = read;
      const before: ForeignLease | undefined = watch?.last;
      const seen = observeForeignLease(watch, { lease, monotonicMs, wallMs });
      watch = seen.watch;
      differences.push(...seen.differences);
      if (before !== undefined && versionOf(stat) !== version)
        writes.push({ atMs: monotonicMs, renewed: isRenewal(before, lease), trace: traceOf(read, adoption) });
      version = versionOf(stat);
    }
    const watchedMs = clock.now().monotonicMs - begunMs;
    const durationMs = watch?.last.leaseDurationMs ?? 0;
    const longestMs = Math.min(forMs ?? durationMs, LONGEST_MS);
    const enough = writes.filter(({ renewed }) => renewed).length >= RENEWALS_ENOUGH;
    if (watch !== null && (enough || watch.last.holderIdentity === null || watchedMs >= longestMs)) {
      const { last } = watch;
      const stampAgeMs = last.lastHeartbeatMs === null ? null : clock.now().wallMs - last.lastHeartbeatMs;
      return { last, watchedMs, watchedWhole: watchedMs >= durationMs, writes, differences, stampAgeMs };
    }
    await setTimeout(LOOK_EVERY_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

function isRenewal(before: ForeignLease, now: ForeignLease): boolean {
  return (
    now.holderIdentity === before.holderIdentity &&
    now.epoch === before.epoch &&
    now.lastHeartbeatMs !== before.lastHeartbeatMs
  );
}

/** Read before, it may be torn for a moment. */
function attempt(
  path: string,
  adoption: Adoption,
  wasRead: boolean,
): (ReadFile & { readonly lease: ForeignLease }) | null {
  try {
    const read = readText(path);
    return { ...read, lease: leaseIn(path, read.text, adoption) };
  } catch (error) {
    if (!wasRead || !(error instanceof LeaseError)) throw error;
    return null;
  }
}

/** What differs from program to program. */
function traceOf({ text, stat }: ReadFile, { lastHeartbeat }: Adoption): string {
  const format = (writtenAt(text, lastHeartbeat) ?? "nothing").replaceAll(/\d/gu, "9");
  const layout = /\n[ \t]/u.test(text) ? "indented" : "on one line";
  return `a heartbeat like ${format}, ${layout}, in a file of user ${stat.uid}`;
}
