import type { RunEnd, RunTrigger } from "@tenure/schema";
import { BACKOFF_JITTER, backoffAfter, type RestartPolicy } from "./policy.ts";

/** A past run, as far as the decision looks at it; both times by the clock that `now` is read from. */
export interface PastRun {
  readonly trigger: RunTrigger;
  readonly end: RunEnd;
  readonly startedAtMs: number;
  readonly durationMs: number;
}

export interface DecisionTime {
  readonly nowMs: number;
  /** Uniform in [0, 1). */
  readonly random: number;
}

export type RestartDecision =
  | { readonly do: "end"; readonly why: "not-wanted" | "completed" | "stopped" }
  | { readonly do: "start"; readonly trigger: RunTrigger; readonly afterMs: number; readonly failures: number }
  | { readonly do: "give-up"; readonly restarts: number };

/** What follows the last of `runs` (the oldest first). Without any, the command is started at once, as by hand. */
export function decideRestart(policy: RestartPolicy, runs: readonly PastRun[], now: DecisionTime): RestartDecision {
  const last = runs.at(-1);
  if (last === undefined) return { do: "start", trigger: "manual", afterMs: 0, failures: 0 };
  if (last.end === "stopped") return { do: "end", why: "stopped" };
  if (policy.restart === "never") return { do: "end", why: last.end === "completed" ? "completed" : "not-wanted" };
  if (last.end === "completed" && policy.restart === "on-failure") return { do: "end", why: "completed" };
  if (!hasFailed(last)) return { do: "start", trigger: "continued", afterMs: 0, failures: 0 };
  return afterFailure(policy, runs, last, now);
}

function afterFailure(
  policy: RestartPolicy,
  runs: readonly PastRun[],
  last: PastRun,
  { nowMs, random }: DecisionTime,
): RestartDecision {
  const counted = runs.slice(lastWell(policy, runs));
  const failures = failuresInARow(counted);
  const restarts = counted.filter((run) => isCounted(run) && nowMs - run.startedAtMs < policy.windowMs).length;
  // One probe that failed is no reason for a burst of them, also when the window has passed meanwhile.
  const probeFailed = last.trigger === "probe" && !isStable(policy, last);
  if (!probeFailed && restarts < policy.burst) {
    const afterMs = backoffAfter(policy, failures) * (1 + BACKOFF_JITTER * random);
    return { do: "start", trigger: "restarted", afterMs, failures };
  }
  if (policy.onExhausted === "stop") return { do: "give-up", restarts };
  const cooledMs = Math.max(0, nowMs - last.startedAtMs - last.durationMs);
  const jitteredMs = policy.cooldownMs * (1 + BACKOFF_JITTER * random);
  return { do: "start", trigger: "probe", afterMs: Math.max(0, jitteredMs - cooledMs), failures };
}

/** Where counting begins: with the last run that proved the command well, which itself may have failed after that. */
function lastWell(policy: RestartPolicy, runs: readonly PastRun[]): number {
  const at = runs.findLastIndex((run) => isStable(policy, run) || (run.trigger === "probe" && run.end === "completed"));
  return at + 1;
}

function failuresInARow(runs: readonly PastRun[]): number {
  const before = runs.findLastIndex((run) => !hasFailed(run));
  // The stable run that failed stands before them all, and is the first.
  return Math.max(1, runs.length - before - 1);
}

function isStable({ stableAfterMs }: RestartPolicy, { durationMs }: PastRun): boolean {
  return durationMs >= stableAfterMs;
}

function isCounted({ trigger }: PastRun): boolean {
  return trigger === "restarted" || trigger === "probe";
}

function hasFailed({ end }: PastRun): boolean {
  return end === "failed" || end === "interrupted";
}
