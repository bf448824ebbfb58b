import { LeaseError } from "@tenure/core";
import type { ProgressOrigin } from "@tenure/schema";

/** Shorter, and a watchdog on a busy machine would look too seldom to conclude anything. */
const MIN_DEADLINE_MS = 100;

export interface ProgressOptions {
  readonly from: ProgressOrigin;
  /** The longest between two reports, in milliseconds; at least 100. */
  readonly deadlineMs: number;
  /** So long after its start the command may be silent, in milliseconds. Default: the deadline. */
  readonly graceMs?: number;
}

/** @throws LeaseError `ECONFIG` for durations that nothing can be judged by. */
export function assertUsable({ deadlineMs, graceMs = deadlineMs }: ProgressOptions, name: string): void {
  if (!Number.isFinite(deadlineMs) || deadlineMs < MIN_DEADLINE_MS)
    throw new LeaseError("ECONFIG", `a progress deadline is at least ${MIN_DEADLINE_MS} ms, not ${deadlineMs}`, {
      name,
    });
  if (!Number.isFinite(graceMs) || graceMs < 0)
    throw new LeaseError("ECONFIG", `the grace of a command's start is a duration, not ${graceMs}`, { name });
}
