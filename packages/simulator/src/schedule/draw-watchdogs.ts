import { derivedSeed, seededRandom, type Random } from "../world/random.ts";
import type { AgentPlan, ChildPlan, Plan, RestartPlan, WorldEvent } from "./plan.ts";

const WITH_WATCHDOGS = 0.3;

/**
 * Some schedules on a disk have watchdogs, which run commands, in place of leaders that work themselves. Drawn from numbers of their own: a
 * schedule without any is what it was before there were any.
 */
export function withWatchdogs(plan: Plan, paceMs: number): Plan {
  const random = seededRandom(derivedSeed(plan.seed, 4));
  if (plan.store !== "file" || !random.chance(WITH_WATCHDOGS)) return plan;
  const leasesMs = plan.agents.map(({ timing }) => timing.leaseDurationMs ?? paceMs);
  const restarts = drawRestarts(random, Math.max(...leasesMs));
  const agents = plan.agents.map((agent): AgentPlan => {
    const child = drawChild(random, paceMs);
    // What another container has left cannot be seen from here; one child a host is promised where all see each other.
    return random.chance(0.7) ? { ...agent, manner: "watchdog", container: null, child } : agent;
  });
  const isSound = Object.values(plan.disk).every((rate) => rate === plan.disk.longestDelayMs || rate === 0);
  const count = isSound && plan.events.length === 0 ? 0 : random.below(4);
  const events = Array.from({ length: count }, () => drawEvent(random, plan, paceMs));
  return { ...plan, agents, restarts, events: [...plan.events, ...events].toSorted((a, b) => a.atMs - b.atMs) };
}

/** The window is longer than a schedule's longest lease, or nothing would ever be counted together. */
function drawRestarts(random: Random, leaseMs: number): RestartPlan {
  const windowMs = random.pick([2, 4]) * leaseMs;
  return {
    burst: random.pick([1, 2, 3]),
    windowMs,
    backoffMs: random.pick([1, 0.02 * leaseMs]),
    backoffMaxMs: 0.1 * leaseMs,
    stableAfterMs: windowMs,
    cooldownMs: windowMs,
  };
}

function drawChild(random: Random, paceMs: number): ChildPlan {
  const deadlineMs = Math.max(100, random.pick([0.2, 0.5]) * paceMs);
  const startsInMs = random.pick([1, 0.05 * paceMs, 1.2 * deadlineMs]);
  const escapes = random.chance(0.2);
  const never = (ms: number): number | null => (random.chance(0.5) ? ms : null);
  return {
    startsInMs,
    worksEveryMs: 0.4 * deadlineMs,
    runsForMs: never(startsInMs + random.pick([0.05, 0.3, 1]) * paceMs),
    exitCode: random.pick([0, 1, 1, 1]),
    hangsAfterMs: random.chance(0.2) ? random.next() * paceMs : null,
    endsInMs: random.pick([1, 0.03 * paceMs, null]),
    escapes,
    losesGuard: random.chance(0.2),
    // Who both leaves the group and hides what it was started with is found by nobody: a limit that is written down.
    hidesEnvironment: !escapes && random.chance(0.1),
    recyclesPid: random.chance(0.3),
    failsToStart: random.pick([0, 0, 0.2]),
    progress: random.chance(0.5) ? { deadlineMs, graceMs: startsInMs + 0.5 * deadlineMs } : null,
  };
}

function drawEvent(random: Random, { agents, quietFromMs }: Plan, paceMs: number): WorldEvent {
  const atMs = Math.round(random.next() * quietFromMs);
  const agent = random.below(agents.length);
  const forMs = Math.round(random.pick([0.1, 0.6, 1.5]) * paceMs);
  return random.pick<WorldEvent>([
    { kind: "terminate", agent, atMs },
    { kind: "kill-child", agent, atMs },
    { kind: "stop-child", agent, forMs, atMs },
    { kind: "wedge-child", agent, forMs, atMs },
    { kind: "kill", agent, atMs },
    { kind: "kill", agent, atMs },
  ]);
}
