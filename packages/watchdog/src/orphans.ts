import type { Clock, Lease } from "@tenure/core";
import type { SignalOutcome } from "@tenure/host";
import type { ProcessIdentity } from "@tenure/schema";
import { startedBefore } from "./lease-environment.ts";
import { isLiving, keyOfProcess, refusalsAmong } from "./process-host.ts";
import type { ProcessHost } from "./process-host.ts";
import { pollUntil } from "./wait.ts";

export interface OrphanHunt {
  /** What an earlier term had left here, and is ended now. */
  readonly ended: readonly ProcessIdentity[];
  /** What would not die. While there is any, nobody may start. */
  readonly stuck: readonly ProcessIdentity[];
  /** Why none of these was killed, where that is the reason. */
  readonly refusals: readonly string[];
}

/**
 * Ends on this host what earlier holders of the lease left running: the recorded child of the last one, and everything that
 * carries the lease's environment of an earlier epoch, so that a holder that died during its own hunt hides nothing. At once by
 * SIGKILL: their terms are over. Only what is proved to be the same process is touched, and one of another user only where more
 * than the record says that it was the lease's: its environment, or that of its group's guard.
 */
export async function endOrphans(
  lease: Lease,
  host: ProcessHost,
  { clock, withinMs }: { readonly clock: Clock; readonly withinMs: number },
): Promise<OrphanHunt> {
  const child = lease.predecessor?.child ?? null;
  const seen = new Map(child === null ? [] : [[keyOfProcess(child), child]]);
  const ended = new Map<string, ProcessIdentity>();
  const vouchedFor = new Set<string>();
  let living: ProcessIdentity[] = [];
  const kill = (orphan: ProcessIdentity): SignalOutcome =>
    host.signalProcess(orphan, "SIGKILL", { anyUser: vouchedFor.has(keyOfProcess(orphan)) });
  const allGone = (): boolean => {
    for (const { process, processGroup } of host.scanProcesses(startedBefore(lease))) {
      seen.set(keyOfProcess(process), process);
      vouchedFor.add(keyOfProcess(process));
      if (child?.pid === processGroup) vouchedFor.add(keyOfProcess(child));
    }
    // One that is dying shows nothing to be found by.
    living = [...seen.values()].filter((process) => isLiving(process, host));
    for (const orphan of living) {
      ended.set(keyOfProcess(orphan), orphan);
      kill(orphan);
    }
    return living.length === 0;
  };
  await pollUntil(allGone, withinMs, clock);
  for (const stuck of living) ended.delete(keyOfProcess(stuck));
  return { ended: [...ended.values()], stuck: living, refusals: refusalsAmong(living.map(kill)) };
}
