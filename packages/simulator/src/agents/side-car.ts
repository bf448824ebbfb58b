import { createLeaseClient } from "@tenure/core";
import { keepAlive } from "@tenure/heartbeat";
import { processState, proveDeath } from "@tenure/host";
import type { SimProcess } from "../world/sim-process.ts";
import { LEASE, tokens, work, type LeaderContext } from "./leader.ts";

/**
 * A leader that cannot link the library, and a process beside it that acquires and beats for it. The lease stands and falls with the
 * leader: the other looks at it before each beat, and when that one dies it is started again.
 */
export async function ledBySideCar(context: LeaderContext): Promise<void> {
  const { process, plan, spawn } = context;
  while (process.alive) {
    const renewer = spawn();
    process.onDeath(() => renewer.later(50, () => renewer.kill()));
    const dead = new Promise<void>((resolve) => renewer.onDeath(() => process.enter(resolve)));
    void beat(context, renewer);
    await dead;
    await process.sleep(plan.downMs + 1);
  }
}

async function beat(context: LeaderContext, renewer: SimProcess): Promise<void> {
  const { process, plan, recorder, isQuiet } = context;
  const { random, agenda } = renewer.machine;
  for (let tries = 0; renewer.alive; tries += 1) {
    try {
      const client = createLeaseClient({
        store: recorder.recording(await context.openStore(renewer), renewer),
        clock: renewer.clock,
        identity: { holderIdentity: plan.holderIdentity, holder: process.identity, renewer: renewer.identity },
        randomToken: tokens(`${renewer.identity.instanceId}-${tries}`),
        proveDeath: (other, options) => proveDeath(other, options, renewer.procReader),
        timing: plan.timing,
      });
      const lease = await client.acquire(LEASE);
      recorder.granted(process, lease);
      const heartbeat = keepAlive(lease, {
        clock: renewer.clock,
        random: () => random.next(),
        watch: {
          process: { identity: process.identity, stateOf: (other) => processState(other, renewer.procReader) },
        },
      });
      const begunAtMs = agenda.nowMs;
      const isOverdue = (): boolean => agenda.nowMs - begunAtMs > plan.termMs && !isQuiet() && plan.leaving !== "never";
      while (!lease.signal.aborted && !isOverdue()) await work(context, lease);
      await heartbeat.stop();
      if (!lease.signal.aborted || plan.releasesAfterLoss) await lease.release();
    } catch (error) {
      context.onTrouble(error);
    }
    await renewer.sleep(plan.workEveryMs / 4);
  }
}
