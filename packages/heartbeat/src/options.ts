import type { Clock } from "@tenure/core";
import type { ProcessState } from "@tenure/host";
import type { LeaseEvent, LossReason, ProcessIdentity } from "@tenure/schema";

export interface HeartbeatOptions {
  readonly clock: Clock;
  /** Uniform in [0, 1); draws the jitter. */
  readonly random: () => number;
  /** The life the lease stands for. Default: none is watched, but that the event loop must turn for a renewal to be sent. */
  readonly watch?: Watch;
  /**
   * For side-cars: the longest the lease is renewed without a `progress()`, in milliseconds. Then it ends as `work-stalled`.
   * Default: without bound.
   */
  readonly maxTermMs?: number;
  /** Called with each thing told, in the shape of the diagnostics channels, on which it is published as well. */
  readonly onEvent?: (event: LeaseEvent) => void;
}

/** Each is looked at before every renewal; the first that fails ends the lease at once. */
export interface Watch {
  /** The process that must be alive, the same one still, and not stopped. */
  readonly process?: ProcessWatch;
  readonly eventLoop?: EventLoopWatch;
  readonly progress?: {
    /** The longest between two calls of `progress()`, and from the start to the first, in milliseconds. */
    readonly withinMs: number;
  };
}

export interface ProcessWatch {
  /** Read anew at each look. */
  readonly identity: ProcessIdentity;
  /** `processState` of @tenure/host. What is `unknown` is not renewed for, and not yet given up. */
  readonly stateOf: (process: ProcessIdentity) => ProcessState;
}

/** A worker thread (about 10 MB) that notices when the event loop stands still. Without it a standing loop is noticed on waking. */
export interface EventLoopWatch {
  /** A standstill longer than this, in milliseconds, ends the lease. Noticed at most a quarter later. */
  readonly toleranceMs: number;
  /**
   * `tell` (default): sets `lostFlag`, and ends the lease when the loop turns again. `kill`: also ends the process with SIGKILL
   * when the loop still stands at the time by which all work must have stopped (renew deadline and stop timeout).
   */
  readonly whenStalled?: "tell" | "kill";
}

export type HeartbeatState = "leading" | "jeopardy" | "lost" | "stopped";

export interface Heartbeat {
  readonly state: HeartbeatState;
  /** Resolves once, never rejects: with why the lease ended, or `stopped`. The error with the details is `lease.signal.reason`. */
  readonly ended: Promise<LossReason | "stopped">;
  /** `[0]` becomes 1 when the lease is lost. Threads that share it need no turn of the event loop to know (`Atomics.load`). */
  readonly lostFlag: Int32Array;
  /** The work went on. */
  progress(): void;
  /** Sends no further renewal; resolves when none is under way. The lease then stands until it is released or runs out. */
  stop(): Promise<void>;
}
