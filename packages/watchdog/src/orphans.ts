import type { Clock, Lease } from "@tenure/core";
import type { ProcessIdentity } from "@tenure/schema";
import { startedBefore } from "./lease-environment.ts";
import type { ProcessHost } from "./process-host.ts";
import { pollUntil } from "./wait.ts";

export interface OrphanHunt {
  /** What an earlier term had left here, and is ended now. */
  readonly ended: readonly ProcessIdentity[];
  /** What would not die. While there is any, nobody may start. */
  readonly stuck: readonly ProcessIdentity[];
}

/**
 * Ends on this host what earlier holders of the lease left running: the recorded child of the last one, and everything that
 * carries the lease's environment of an earlier epoch, so that a holder that died during its own hunt hides nothing. At once by
 * SIGKILL: their terms are over. Only what is proved to be the same process, of the same user, is touched.
 */
export async function endOrphans(
  lease: Lease,
  host: ProcessHost,
  { clock, withinMs }: { readonly clock: Clock; readonly withinMs: number },
): Promise<OrphanHunt> {
  const seen = new Map<string, ProcessIdentity>();
  let living: ProcessIdentity[] = [];
  const allGone = (): boolean => {
    living = orphansOf(lease, host);
    for (const orphan of living) {
      seen.set(`${orphan.pid} ${orphan.processStartTime}`, orphan);
      host.signalProcess(orphan, "SIGKILL");
    }
    return living.length === 0;
  };
  await pollUntil(allGone, withinMs, clock);
  const stuck = living;
  return { ended: [...seen.values()].filter((orphan) => !stuck.some(({ pid }) => pid === orphan.pid)), stuck };
}

function orphansOf(lease: Lease, host: ProcessHost): ProcessIdentity[] {
  const found = [...host.scanProcesses(startedBefore(lease))].map(({ process }) => process);
  const child = lease.predecessor?.child ?? null;
  if (child === null || found.some(({ pid }) => pid === child.pid)) return found;
  const state = host.processState(child);
  return state === "running" || state === "stopped" ? [...found, child] : found;
}
