import { LeaseError, LeaseLostError, type Clock, type Lease } from "@tenure/core";
import { keepAlive } from "@tenure/heartbeat";

/** All that leading needs of the world; passed in, so that a test can lead in another one. */
export interface Office {
  readonly clock: Clock;
  readonly random: () => number;
  /** Shuts out whoever led before and may only be asleep. */
  readonly raise: (lease: Lease) => Promise<unknown>;
  readonly append: (lease: Lease, entry: string) => Promise<unknown>;
  /** What an orchestrator does is not the point here; that it takes a while is. */
  readonly work: () => Promise<void>;
  /** Told to stop: it leaves once its work is done. */
  readonly isStopping: () => boolean;
  readonly say: (line: string) => void;
}

/** Leads until told to stop, or until the lease is lost. */
export async function lead(
  lease: Lease,
  { clock, random, raise, append, work, isStopping, say }: Office,
): Promise<void> {
  const heartbeat = keepAlive(lease, { clock, random });
  try {
    // First shut out the former leader, then look at what is there.
    await raise(lease);
    say(`leads with epoch ${lease.epoch}`);
    for (let entry = 1; !lease.signal.aborted; entry++) {
      await work();
      if (isStopping()) break;
      // However long the work took or this process slept: the ledger refuses a leader that is none any more.
      await append(lease, `entry ${entry}`);
      say(`wrote entry ${entry}`);
    }
  } catch (error) {
    if (!(error instanceof LeaseError) || error.code !== "EFENCED") throw error;
    say(`refused, ${error.code}: ${error.message}`);
  } finally {
    await heartbeat.stop();
    await lease.release();
    say(`leads no more: ${lease.signal.reason instanceof LeaseLostError ? lease.signal.reason.reason : "released"}`);
  }
}
