import { createLeaseClient } from "@tenure/core";
import type { Lease, LeaseClient } from "@tenure/core";
import { proveDeath } from "@tenure/host";
import { superviseUnderLease } from "@tenure/watchdog";
import type { RunOutcome, SignalSource } from "@tenure/watchdog";
import type { ChildPlan, RestartPlan } from "../schedule/plan.ts";
import type { Children } from "../world/children.ts";
import type { SimProcess } from "../world/sim-process.ts";
import { LEASE, tokens, type LeaderContext } from "./leader.ts";

export interface WatchdogContext extends LeaderContext {
  readonly children: Children;
  readonly child: ChildPlan;
  readonly restarts: RestartPlan;
  /** Where runs are remembered. */
  readonly directory: string;
}

/** `tenure run`: a command under the lease, started again within a budget, for as long as its watchdog says so. */
export async function ledByWatchdog(context: WatchdogContext): Promise<void> {
  const { process, plan, onTrouble } = context;
  try {
    const outcome = await supervise(context, signalsOf(process));
    context.children.ended(process, outcome);
    return process.exit(outcome.how === "exited" ? outcome.exitCode : 1);
  } catch (error) {
    onTrouble(error);
  }
  // As the command does: whoever starts it again starts another process.
  await process.sleep(plan.workEveryMs / 4);
  process.exit(1);
}

async function supervise(context: WatchdogContext, signals: SignalSource): Promise<RunOutcome> {
  const { process, plan, recorder, children, child, restarts, directory } = context;
  const { identity, clock, machine } = process;
  const client = createLeaseClient({
    store: recorder.recording(await context.openStore(process), process),
    clock,
    identity: { holderIdentity: plan.holderIdentity, holder: identity },
    randomToken: tokens(identity.instanceId),
    proveDeath: (other, options) => proveDeath(other, options, process.procReader),
    timing: plan.timing,
  });
  const { progress } = child;
  const { always, ...budget } = restarts;
  return await superviseUnderLease({
    client: granting(client, (lease) => {
      recorder.granted(process, lease);
      children.leadingUnder(process, lease);
    }),
    name: LEASE,
    command: "work",
    env: {},
    clock,
    random: () => machine.random.next(),
    policy: { ...budget, restart: always ? "always" : "on-failure", onExhausted: "cooldown" },
    directory,
    signals,
    host: children.hostOf(process),
    surroundings: children.surroundingsOf(process, child),
    ...(progress !== null && { progress: { from: { kind: "pipe" }, ...progress } }),
    onEvent: (event) => {
      if (event.type === "run.restarting") children.waits(process);
      if (event.type === "run.judged" && event.judgement.act) children.judged(process);
    },
  });
}

/** Tells of each lease before anybody acts on it. */
function granting(client: LeaseClient, granted: (lease: Lease) => void): LeaseClient {
  return {
    ...client,
    acquire: async (name, options) => {
      const lease = await client.acquire(name, options);
      granted(lease);
      return lease;
    },
  };
}

function signalsOf(process: SimProcess): SignalSource {
  const listeners = new Map<NodeJS.Signals, Set<(signal: NodeJS.Signals) => void>>();
  process.onSignal = (signal) => {
    const heard = listeners.get(signal) ?? new Set();
    if (heard.size === 0) process.kill();
    for (const listener of heard) listener(signal);
  };
  return {
    on: (signal, listener) => listeners.set(signal, (listeners.get(signal) ?? new Set()).add(listener)),
    off: (signal, listener) => listeners.get(signal)?.delete(listener),
  };
}
