import { createLeaseClient } from "@tenure/core";
import type { Lease, LeaseStore, Sightings } from "@tenure/core";
import { keepAlive } from "@tenure/heartbeat";
import { proveDeath } from "@tenure/host";
import type { Recorder } from "../recorder.ts";
import type { AgentPlan } from "../schedule/plan.ts";
import type { SimProcess } from "../world/sim-process.ts";

export const LEASE = "job";

/** What a leader needs of the world it lives in. */
export interface LeaderContext {
  readonly process: SimProcess;
  /** Starts another process beside it. */
  readonly spawn: () => SimProcess;
  readonly plan: AgentPlan;
  readonly recorder: Recorder;
  readonly openStore: (process: SimProcess) => Promise<LeaseStore>;
  /** What one-shot commands saw before. */
  readonly sightings: (process: SimProcess) => Sightings | undefined;
  /** Writes to the resource that the lease stands for; refuses epochs that are fenced off. */
  readonly write: (epoch: number) => Promise<void>;
  /** In the quiet time nobody leaves office. */
  readonly isQuiet: () => boolean;
  /** Something went wrong, and is tried again. */
  readonly onTrouble: (error: unknown) => void;
}

/** A leader as the documentation advises: acquires, beats, works, and gives back, for as long as its process lives. */
export async function leaderLife(context: LeaderContext): Promise<void> {
  const { process, plan, recorder } = context;
  const { identity, clock } = process;
  let store: LeaseStore | undefined;
  for (let tries = 0; process.alive; tries += 1) {
    try {
      store ??= recorder.recording(await context.openStore(process), process);
      const client = createLeaseClient({
        store,
        clock,
        identity: { holderIdentity: plan.holderIdentity, holder: identity },
        randomToken: tokens(`${identity.instanceId}-${tries}`),
        proveDeath: (other, options) => proveDeath(other, options, process.procReader),
        timing: plan.timing,
      });
      const lease = await client.acquire(LEASE, plan.aboveEpoch === undefined ? {} : { aboveEpoch: plan.aboveEpoch });
      recorder.granted(process, lease);
      await lead(context, lease);
    } catch (error) {
      // Whatever it was, a leader that is not told to stop tries again.
      context.onTrouble(error);
    }
    await process.sleep(plan.workEveryMs / 4);
  }
}

async function lead(context: LeaderContext, lease: Lease): Promise<void> {
  const { process, plan, isQuiet } = context;
  const { random } = process.machine;
  const heartbeat = keepAlive(lease, {
    clock: process.clock,
    random: () => random.next(),
  });
  let wanted: string | undefined;
  void lease.transferRequested.then(({ holderIdentity }) => (wanted = holderIdentity));
  const begunAtMs = process.machine.agenda.nowMs;
  while (!lease.signal.aborted) {
    await work(context, lease);
    const overdue = process.machine.agenda.nowMs - begunAtMs > plan.termMs && !isQuiet();
    if (wanted === undefined && (!overdue || plan.leaving === "never")) continue;
    await heartbeat.stop();
    if (wanted !== undefined || plan.leaving === "transfer")
      return await lease.transfer(wanted ?? "blue", { expiresAfterMs: 1_000 });
    if (plan.leaving === "release") return await lease.release();
    while (!lease.signal.aborted) await work(context, lease);
  }
  await heartbeat.stop();
  if (plan.releasesAfterLoss) await lease.release();
}

/** One round of work: looks at the lease right before it acts. */
export async function work({ process, plan, recorder, write }: LeaderContext, lease: Lease): Promise<void> {
  await process.sleep(plan.workEveryMs);
  if (lease.remainingMs() <= 0) return;
  recorder.acts(lease);
  if (plan.dawdleMs > 0) await process.sleep(process.machine.random.next() * plan.dawdleMs);
  await write(lease.epoch).catch(() => {});
}

/** Tokens that tell where they come from, the same in every run. */
export function tokens(prefix: string): () => string {
  let count = 0;
  return () => `${prefix}-${String((count += 1)).padStart(6, "0")}`;
}
