import type { Clock, Lease, LeaseClient } from "@tenure/core";
import type { LeaseEvent, ProcessIdentity, Run, RunTrigger } from "@tenure/schema";
import type { ChildExit, SharedStdio } from "./gate.ts";
import type { RunOutcome } from "./outcome.ts";
import type { OutputTail } from "./output-tail.ts";
import type { ProcessHost } from "./process-host.ts";
import type { ProgressOptions } from "./progress/options.ts";
import type { Sighting } from "./progress/sighting.ts";
import type { Judgement } from "./restart/judge.ts";
import type { SignalSource } from "./signal-relay.ts";
import type { RunSurroundings } from "./surroundings.ts";

export interface RunOptions {
  readonly client: LeaseClient;
  /** The lease. */
  readonly name: string;
  /** A path, or a name that PATH of `env` is searched for. It and its arguments are never read by a shell. */
  readonly command: string;
  readonly args?: readonly string[];
  /** Default: this process's. The lease's own variables are added. */
  readonly env?: NodeJS.ProcessEnv;
  /** Standard input, output and error of the child. Default: inherited. */
  readonly stdio?: readonly [SharedStdio, SharedStdio, SharedStdio];
  /** Whether to wait while another holds the lease, and for how long. Default: without bound. */
  readonly wait?: false | { readonly timeoutMs: number };
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /**
   * From the first signal to SIGKILL when the child is to stop while the lease is held, in milliseconds. Default: that of
   * the lease. It may be longer, since the lease is renewed meanwhile; on loss only what its timing leaves is given.
   */
  readonly stopTimeoutMs?: number;
  /** What is not gone so long after SIGKILL is told as stuck, in milliseconds. Default: 10 s. The lease is renewed meanwhile. */
  readonly stuckAfterMs?: number;
  /** Default: this machine's. */
  readonly host?: ProcessHost;
  /** Default: this machine's. */
  readonly surroundings?: RunSurroundings;
  /** Default: this process. */
  readonly signals?: SignalSource;
  /** Is asked and told of each term. Default: nobody. */
  readonly terms?: TermKeeper;
  /** The child's standard error goes through it, instead of where `stdio` says. */
  readonly stderrTail?: OutputTail;
  /** How the command reports that its work goes on. Default: it does not, and nothing but its process is watched. */
  readonly progress?: ProgressOptions;
  readonly onEvent?: (event: RunEvent | LeaseEvent) => void;
}

/** What must be written down while the lease is held, so that nobody else writes it. What it throws ends the term. */
export interface TermKeeper {
  /** Nothing of an earlier term is left on this host, and the command is about to be started. */
  beforeStart(lease: Lease): Promise<void>;
  /** Nothing of this term is left, unless the outcome is `stuck`, and the lease is about to be given back. */
  beforeRelease(outcome: RunOutcome): Promise<void>;
}

/** What a run tells of itself, beside what its heartbeat tells of the lease. */
export type RunEvent =
  /** Something stands in the way of the lease that time may cure, such as a store that is away. */
  | { readonly type: "run.hindered"; readonly why: string }
  | { readonly type: "run.leading"; readonly epoch: number }
  /** Left by earlier terms, and ended before anything was started. */
  | { readonly type: "run.orphans_ended"; readonly processes: readonly ProcessIdentity[] }
  | { readonly type: "run.started"; readonly child: ProcessIdentity }
  /** The command ended by itself or was stopped; what it left running is ended next. */
  | { readonly type: "run.child_ended"; readonly exit: ChildExit }
  /** A verdict on the command that differs from the last. Before one that ends it, what is to be seen of it is kept. */
  | {
      readonly type: "run.judged";
      readonly judgement: Judgement;
      readonly sighting: Sighting | null;
      readonly lastOutput: string;
    }
  | { readonly type: "run.stopping"; readonly why: string }
  /** They had left the child's process group, and were ended too. */
  | { readonly type: "run.escapees_ended"; readonly processes: readonly ProcessIdentity[] }
  | { readonly type: "run.stuck"; readonly processes: readonly ProcessIdentity[] }
  /** How a run that may be followed by another one ended. */
  | { readonly type: "run.recorded"; readonly run: Run }
  | {
      readonly type: "run.restarting";
      readonly trigger: RunTrigger;
      /** In a row. */
      readonly failures: number;
      readonly afterMs: number;
      readonly lastOutput: string;
    }
  /** The restart budget is spent, and the policy says to stop. */
  | { readonly type: "run.exhausted"; readonly restarts: number; readonly lastOutput: string }
  /** The lease was not given back, and runs out. */
  | { readonly type: "run.release_failed"; readonly error: unknown };
