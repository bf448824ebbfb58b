import { LeaseError } from "@tenure/core";
import { NotDueError } from "../not-due.ts";
import type { RunOptions } from "../options.ts";
import type { RunOutcome } from "../outcome.ts";
import { OutputTail } from "../output-tail.ts";
import { runUnderLease } from "../run.ts";
import { systemSurroundings } from "../surroundings.ts";
import { faultOfPolicy, type RestartPolicy } from "./policy.ts";
import { RunBook } from "./run-book.ts";
import { RunLedger } from "./run-ledger.ts";
import { StopRequests } from "./stop-requests.ts";

export interface SuperviseOptions extends Omit<RunOptions, "terms"> {
  readonly policy: RestartPolicy;
  /** Where the runs are remembered: a folder that is there. */
  readonly directory: string;
  /** Where the child's standard error goes on to. Default: this process's. */
  readonly stderr?: NodeJS.WritableStream;
}

/**
 * Runs a command under a lease again and again, as the policy says; the outcome is that of the last run. Between two runs the lease is
 * free: a standby elsewhere leads at once, and on this host the waits and the budget are one for all.
 * @throws LeaseError `ECONFIG` for a policy that cannot work, `ESTATECORRUPT` when the runs remembered cannot be read; else as
 * `runUnderLease`.
 */
export async function superviseUnderLease(options: SuperviseOptions): Promise<RunOutcome> {
  const { policy, directory, name, clock, random, onEvent, surroundings = systemSurroundings } = options;
  const fault = faultOfPolicy(policy);
  if (fault !== null) throw new LeaseError("ECONFIG", fault, { name });
  const letGo = surroundings.stayAlive();
  const stops = new StopRequests(options.signals ?? process);
  const tail = new OutputTail(options.stderr ?? process.stderr);
  const ledger = new RunLedger({ directory, name, files: surroundings.ledgerFiles });
  const book = new RunBook({
    ledger,
    policy,
    clock,
    random,
    bootId: surroundings.bootId(),
    tail,
    stops,
    ...(onEvent && { onEvent }),
  });
  try {
    // Before anybody leads in order to fail.
    ledger.read();
    for (;;) {
      const outcome = await oneRun(options, book, tail);
      if (outcome !== null && (outcome.how === "stuck" || !book.isToGoOn)) return outcome;
      let stoppedBy: NodeJS.Signals | null;
      // A timer may be a little ahead of the clock that is counted by, and a start too early would cost an epoch.
      do stoppedBy = await stops.within(book.dueInMs(), clock);
      while (stoppedBy === null && book.dueInMs() > 0);
      if (stoppedBy === null) continue;
      await book.giveUp();
      return outcome ?? { how: "given-up", signal: stoppedBy };
    }
  } finally {
    stops.close();
    letGo();
  }
}

/** `null`: its time has not come. */
async function oneRun(options: SuperviseOptions, book: RunBook, tail: OutputTail): Promise<RunOutcome | null> {
  book.nextRun();
  try {
    return await runUnderLease({ ...options, terms: book, stderrTail: tail });
  } catch (error) {
    if (error instanceof NotDueError) return null;
    throw error;
  }
}
