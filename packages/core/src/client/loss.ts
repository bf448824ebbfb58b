import type { LossReason } from "@tenure/schema";
import { DURATION_MAX_MS, formatDuration } from "@tenure/schema/light";

/** What happened between the last successful renewal and the deadline. */
export interface LossEvidence {
  readonly renewDeadlineMs: number;
  readonly elapsedMs: number;
  readonly suspendedMs: number;
  readonly stalledMs: number;
  readonly attempts: number;
  /** An answer came, after the time in which it would have counted. */
  readonly answeredLate: boolean;
  readonly lastError: Error | undefined;
}

/** Why a deadline passed, from what is known: what would have been enough on its own comes first. */
export function explainExpiry(evidence: LossEvidence): { readonly reason: LossReason; readonly why: string } {
  const { elapsedMs, suspendedMs, stalledMs, attempts, lastError, renewDeadlineMs } = evidence;
  if (suspendedMs > 0 && elapsedMs - suspendedMs < renewDeadlineMs) {
    return { reason: "suspended", why: `the machine slept for ${show(suspendedMs)}` };
  }
  if (stalledMs > 0 && elapsedMs - suspendedMs - stalledMs < renewDeadlineMs) {
    return { reason: "event-loop-stall", why: `the process did not run for ${show(stalledMs)}` };
  }
  if (attempts === 0) return { reason: "renewal-stopped", why: "no renewal was tried" };
  const tried = `${attempts} ${attempts === 1 ? "renewal was" : "renewals were"} tried`;
  if (evidence.answeredLate) return { reason: "store-slow", why: `${tried}, and answered too late` };
  if (lastError === undefined) return { reason: "store-unreachable", why: `${tried}, and none was answered` };
  return { reason: reasonOf(lastError), why: `${tried}; the last one failed: ${lastError.message}` };
}

function reasonOf(error: Error): LossReason {
  const code = "code" in error ? error.code : undefined;
  if (code === "EPERMISSION") return "permission-denied";
  if (code === "ESTATECORRUPT" || code === "ESCHEMAVERSION") return "state-corrupt";
  return "store-unreachable";
}

/** A clock that jumps may say anything. */
export function show(ms: number): string {
  return formatDuration(Math.min(Math.round(ms), DURATION_MAX_MS));
}
