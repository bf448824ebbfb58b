import { createLeaseClient } from "@tenure/core";
import type { Clock, Lease, LeaseClient } from "@tenure/core";
import { proveDeath } from "@tenure/host";
import type { SimProcess } from "../world/sim-process.ts";
import { LEASE, tokens, type LeaderContext } from "./leader.ts";

/** What a leader under test is given of the world. It must take time, chance and waiting from here: nothing else exists in virtual time. */
export interface LeaderWorld {
  /** The lease to lead under. */
  readonly name: string;
  readonly holderIdentity: string;
  /** A candidate at the simulated store; what it acquires is watched. */
  readonly client: LeaseClient;
  readonly clock: Clock;
  /** Uniform in [0, 1), the same in every run. */
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Writes to what the lease stands for, which refuses former leaders. One that is begun when the lease is over is noted. */
  readonly write: (lease: Lease) => Promise<void>;
}

/** One life of a leader's process: called when it starts, and again when it has ended or failed. */
export type LeaderCode = (world: LeaderWorld) => Promise<void>;

/** A write that was begun when its lease was over. */
export interface LateWrite {
  /** In true time. */
  readonly atMs: number;
  readonly holder: string;
  readonly epoch: number;
}

/** What the world saw of a leader under test, besides the history. */
export interface LeaderFaults {
  readonly lateWrites: LateWrite[];
  /** What it threw that was no fault of the world: each ended its process, which was started again. */
  readonly errors: unknown[];
}

export interface LeaderUnderTest extends LeaderFaults {
  readonly code: LeaderCode;
}

export async function ownLife(context: LeaderContext, { code, lateWrites, errors }: LeaderUnderTest): Promise<void> {
  const { process, plan, recorder, write } = context;
  const { identity, clock } = process;
  for (let tries = 0; process.alive; tries += 1) {
    try {
      const client = createLeaseClient({
        store: recorder.recording(await context.openStore(process), process),
        clock,
        identity: { holderIdentity: plan.holderIdentity, holder: identity },
        randomToken: tokens(`${identity.instanceId}-${tries}`),
        proveDeath: (other, options) => proveDeath(other, options, process.procReader),
        timing: plan.timing,
      });
      await code({
        name: LEASE,
        holderIdentity: plan.holderIdentity,
        client: watched(client, process, (lease) => recorder.granted(process, lease)),
        clock,
        random: () => process.machine.random.next(),
        sleep: (ms) => process.sleep(ms),
        write: async (lease) => {
          if (lease.remainingMs() <= 0)
            lateWrites.push({ atMs: recorder.nowMs, holder: identity.instanceId, epoch: lease.epoch });
          else recorder.acts(lease);
          await write(lease.epoch);
        },
      });
    } catch (error) {
      context.onTrouble(error);
      if (!isOfTheWorld(error)) {
        errors.push(error);
        process.kill();
      }
    }
    await process.sleep(plan.workEveryMs / 4);
  }
}

/** What a lease, a store or a file says when something goes wrong has a code; a mistake in a program has none of these. */
function isOfTheWorld(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^E[A-Z0-9]+$/u.test(String(error.code));
}

function watched(client: LeaseClient, process: SimProcess, onGrant: (lease: Lease) => void): LeaseClient {
  return {
    ...client,
    acquire: async (name, options) => {
      const lease = await client.acquire(name, options);
      if (process.alive) onGrant(lease);
      return lease;
    },
    tryAcquire: async (name, options) => {
      const lease = await client.tryAcquire(name, options);
      if (lease !== null && process.alive) onGrant(lease);
      return lease;
    },
  };
}
