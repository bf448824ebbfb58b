import { createLeaseClient, resolveTiming } from "@tenure/core";
import type { Lease, LeaseClient } from "@tenure/core";
import { proveDeath } from "@tenure/host";
import { LEASE, tokens, work, type LeaderContext } from "./leader.ts";

/**
 * A script: each command is a process that does one thing for it and ends (`tenure acquire --no-wait --pid`, `renew`, `release`). What the
 * script knows of its time is what the last of them told.
 */
export async function ledByCommands(context: LeaderContext): Promise<void> {
  const { process } = context;
  while (process.alive) {
    await process.sleep(context.plan.workEveryMs / 2);
    const lease = await command(context, (client) => client.tryAcquire(LEASE));
    if (lease !== null) await lead(context, lease);
  }
}

async function lead(context: LeaderContext, acquired: Lease): Promise<void> {
  const { process, plan, recorder, isQuiet } = context;
  const { agenda } = process.machine;
  const { renewIntervalMs } = resolveTiming(plan.timing);
  const term = { holderIdentity: plan.holderIdentity, epoch: acquired.epoch };
  recorder.granted(process, acquired);
  const begunAtMs = agenda.nowMs;
  for (let lease = acquired; lease.remainingMs() > 0;) {
    if (agenda.nowMs - begunAtMs > plan.termMs && !isQuiet() && plan.leaving !== "never") {
      if (plan.leaving === "neglect") return;
      await command(context, async (client) => {
        const last = await client.attach(LEASE, term, { overdue: true });
        recorder.takenUp(process, last);
        await last.release();
      });
      return;
    }
    await process.sleep(Math.max(0, renewIntervalMs - plan.workEveryMs));
    await work(context, lease);
    const renewed = await command(context, async (client) => {
      const attached = await client.attach(LEASE, term);
      recorder.takenUp(process, attached);
      await attached.renew();
      return attached;
    });
    if (renewed !== null) lease = renewed;
  }
}

/** Resolves in the script, with `null` when the command failed or died. */
function command<T>(context: LeaderContext, act: (client: LeaseClient) => Promise<T>): Promise<T | null> {
  const { process, plan, recorder } = context;
  if (!process.alive) return new Promise(() => {});
  const own = context.spawn();
  const { clock, identity } = own;
  return new Promise((resolve) => {
    const perform = async (): Promise<T> => {
      const sightings = context.sightings(own);
      const client = createLeaseClient({
        store: recorder.recording(await context.openStore(own), own),
        clock,
        identity: { holderIdentity: plan.holderIdentity, holder: process.identity },
        randomToken: tokens(`${identity.instanceId}-x`),
        proveDeath: (other, options) => proveDeath(other, options, own.procReader),
        timing: plan.timing,
        ...(sightings && { sightings }),
      });
      return await act(client);
    };
    // As in a process group that is killed.
    process.onDeath(() => own.kill());
    own.onDeath(() => process.enter(() => resolve(null)));
    perform().then(
      (value) => {
        process.enter(() => resolve(value));
        own.kill();
      },
      (error: unknown) => {
        context.onTrouble(error);
        own.kill();
      },
    );
  });
}
