import { LeaseError } from "@tenure/core";
import type { Lease } from "@tenure/core";
import type { Heartbeat, HeartbeatOptions } from "./options.ts";
import { RunningHeartbeat } from "./running-heartbeat.ts";

/**
 * Renews a held lease until it is stopped, the lease ends, or the life it stands for is seen to have ended.
 *
 * Renewals are sent from this thread, so an event loop that stands still renews nothing. At most one is under way.
 * @throws LeaseLostError when the lease is over already.
 * @throws LeaseError `EUSAGE` for durations that are no positive numbers, or a process without a number to watch.
 */
export function keepAlive(lease: Lease, options: HeartbeatOptions): Heartbeat {
  lease.assertHeld();
  assertUsable(lease, options);
  return new RunningHeartbeat(lease, options);
}

function assertUsable(lease: Lease, { watch, maxTermMs }: HeartbeatOptions): void {
  const durations = {
    maxTermMs,
    "watch.progress.withinMs": watch?.progress?.withinMs,
    "watch.eventLoop.toleranceMs": watch?.eventLoop?.toleranceMs,
  };
  for (const [option, value] of Object.entries(durations)) {
    if (value === undefined || (Number.isFinite(value) && value > 0)) continue;
    throw new LeaseError("EUSAGE", `heartbeat: ${option} must be a positive number of milliseconds, not ${value}`);
  }
  if (watch?.process?.identity.pid !== null) return;
  const { name, holderIdentity, epoch } = lease;
  const message = `heartbeat: the holder of lease "${name}" (epoch ${epoch}) names no process, so none can be watched`;
  throw new LeaseError("EUSAGE", message, { name, holderIdentity, epoch });
}
