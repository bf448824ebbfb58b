import { processOf, processState, scanProcesses, signalProcess } from "@tenure/host";
import type { FoundProcess, ProcessState, ScanOptions, SignalOptions, SignalOutcome } from "@tenure/host";
import type { ProcessIdentity } from "@tenure/schema";

/** What the runner asks of its machine about processes. */
export interface ProcessHost {
  processOf(pid: number): ProcessIdentity;
  processState(process: ProcessIdentity): ProcessState;
  signalProcess(process: ProcessIdentity, signal: string, options?: SignalOptions): SignalOutcome;
  scanProcesses(options: ScanOptions): Iterable<FoundProcess>;
  /**
   * To be called only while a process is known to be in the group, since the number may belong to another one after that. Reaches
   * those of the group that the system lets us signal.
   */
  signalGroup(processGroup: number, signal: NodeJS.Signals): void;
}

/** Whether the process itself is proved to be there still: also one that is dying, which shows nothing else of itself any more. */
export function isLiving(process: ProcessIdentity, host: ProcessHost): boolean {
  const state = host.processState(process);
  return state === "running" || state === "stopped";
}

/** Tells a process from every other of this boot. */
export function keyOfProcess({ pid, processStartTime }: ProcessIdentity): string {
  return `${pid} ${processStartTime}`;
}

/** Why signals were not sent, each reason once. */
export function refusalsAmong(outcomes: readonly SignalOutcome[]): readonly string[] {
  return [...new Set(outcomes.flatMap(({ outcome, evidence }) => (outcome === "refused" ? [evidence] : [])))];
}

export const systemProcesses: ProcessHost = { processOf, processState, signalProcess, scanProcesses, signalGroup };

function signalGroup(processGroup: number, signal: NodeJS.Signals): void {
  // 0 and 1 would mean our own group, and every process there is.
  if (processGroup <= 1) return;
  try {
    process.kill(-processGroup, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // What is still there in the end is told as stuck, with the reason.
    if (code !== "ESRCH" && code !== "EPERM") throw error;
  }
}
