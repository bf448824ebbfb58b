import type { ProcessState } from "@tenure/host";

export type Verdict = "healthy" | "slow" | "stalled" | "starved" | "wedged" | "dead" | "paused";

/** What a watchdog saw at one tick. Durations in milliseconds. */
export interface Observations {
  /** How much later than it was due this tick came, and how much of that is the machine's ordinary business. */
  readonly tickLateMs: number;
  readonly tickToleranceMs: number;
  readonly process: ProcessState;
  readonly sinceStartMs: number;
  /** So long after its start a command may be silent. */
  readonly graceMs: number;
  /** `null`: this command reports no progress. */
  readonly progress: {
    readonly sinceMs: number;
    readonly deadlineMs: number;
    /** What stood in the way of a report, or what the work said of itself; may be empty. */
    readonly trouble: string;
    /** The work said that it has. */
    readonly failed: boolean;
  } | null;
  /** Somebody paused the lease. */
  readonly paused: boolean;
}

export interface Judgement {
  readonly verdict: Verdict;
  /** Whether it warrants that the command be ended. */
  readonly act: boolean;
  readonly evidence: string;
}

/** Of the deadline: from here on a command is slow, and from there on it is stalled, which is said and not yet acted upon. */
const SLOW_SHARE = 0.5;
const STALLED_SHARE = 0.8;

/** A command is ended for what was seen of it, never for what a watchdog that could not look has missed. */
export function judge(seen: Observations): Judgement {
  const { tickLateMs, tickToleranceMs, progress, sinceStartMs, graceMs } = seen;
  const none = (verdict: Verdict, evidence: string): Judgement => ({ verdict, act: false, evidence });
  if (seen.process === "dead") return none("dead", "its process is gone");
  if (tickLateMs > tickToleranceMs) {
    const late = `this watchdog's own tick came ${ms(tickLateMs)} late (${ms(tickToleranceMs)} are usual)`;
    return none("starved", `${late}: the host is starved or slept, and nothing is concluded from it`);
  }
  if (seen.paused) return none("paused", "the lease is paused");
  if (seen.process === "stopped")
    return { verdict: "stalled", act: true, evidence: "its process is stopped (state T)" };
  if (progress === null) return none("healthy", "its process lives; it reports no progress");
  const { sinceMs, deadlineMs, trouble, failed } = progress;
  const remark = trouble === "" ? "" : ` (${trouble})`;
  if (failed) return { verdict: "wedged", act: true, evidence: `it said itself that its work has failed${remark}` };
  const evidence = `its last progress was ${ms(sinceMs)} ago, and at most ${ms(deadlineMs)} are allowed${remark}`;
  if (sinceMs <= deadlineMs * SLOW_SHARE) return none("healthy", evidence);
  if (sinceStartMs <= graceMs)
    return none("slow", `${evidence}; it started ${ms(sinceStartMs)} ago and has ${ms(graceMs)}`);
  if (sinceMs <= deadlineMs * STALLED_SHARE) return none("slow", evidence);
  if (sinceMs <= deadlineMs) return none("stalled", evidence);
  return { verdict: "wedged", act: true, evidence };
}

function ms(durationMs: number): string {
  return `${Math.round(durationMs)} ms`;
}
