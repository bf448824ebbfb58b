import { derivedSeed, seededRandom, type Random } from "../world/random.ts";
import type { Plan, WorldEvent } from "./plan.ts";

const WITH_PAUSES = 0.15;
const WITH_EXHAUSTION = 0.15;
const WITH_UPHEAVALS = 0.2;
const WITH_STRANGENESS = 0.04;

/** In some schedules an operator pauses the lease; drawn from numbers of their own, as watchdogs are. */
export function withPauses(plan: Plan, paceMs: number): Plan {
  return withMore(plan, 5, WITH_PAUSES, (random, atMs) =>
    random.chance(0.3)
      ? { kind: "resume-lease", atMs }
      : { kind: "pause-lease", forMs: Math.round(random.pick([0.05, 0.2, 0.5]) * paceMs), atMs },
  );
}

/** In some on a disk a process has no descriptor left for another file. */
export function withExhaustion(plan: Plan, paceMs: number): Plan {
  if (plan.store !== "file") return plan;
  return withMore(plan, 6, WITH_EXHAUSTION, (random, atMs) => {
    const agent = random.below(plan.agents.length);
    return { kind: "exhaust-descriptors", agent, forMs: Math.round(random.pick([0.1, 0.5, 1.5]) * paceMs), atMs };
  });
}

/**
 * In some an event loop stands still in a process that seems to run, a machine starts anew in good order, a leader comes back in another
 * container, or the network grows slower and slower.
 */
export function withUpheavals(plan: Plan, paceMs: number): Plan {
  return withMore(plan, 7, WITH_UPHEAVALS, (random, atMs) => {
    const agent = random.below(plan.agents.length);
    const forMs = Math.round(random.pick([0.1, 0.5, 1.5]) * paceMs);
    const stall: WorldEvent = { kind: "stall", agent, forMs, atMs };
    const reboot: WorldEvent = { kind: "reboot", agent, downMs: Math.round(random.pick([0.05, 0.5]) * paceMs), atMs };
    if (plan.store === "network") {
      const upToMs = Math.round(random.pick([0.05, 0.2, 0.6]) * paceMs);
      return random.pick<WorldEvent>([stall, reboot, { kind: "ramp", forMs: 2 * forMs, upToMs, atMs }]);
    }
    // Where others cannot see it: what a script saw, or a watchdog's child, means nothing there.
    const { manner } = plan.agents[agent] ?? {};
    const isMovable = manner === "library" || manner === "side-car";
    const move: WorldEvent = { kind: "move", agent, container: 10 + random.below(3), atMs };
    return random.pick(isMovable ? [stall, reboot, move] : [stall, reboot]);
  });
}

/** In a few a clock goes faster or slower from some moment on, somebody writes past the protocol, or a server is put back with its floor. */
export function withStrangeness(plan: Plan, paceMs: number): Plan {
  return withMore(plan, 9, WITH_STRANGENESS, (random, atMs) => {
    const agent = random.below(plan.agents.length);
    const change: WorldEvent = { kind: "change-rate", agent, rate: random.pick([0.9905, 1.0095]), atMs };
    if (plan.store === "file") return change;
    const overwrite: WorldEvent = {
      kind: "overwrite",
      what: random.pick(["another", "an-earlier-one", "a-beat"]),
      atMs,
    };
    const lostMs = Math.round(random.pick([0.1, 0.5, 2]) * paceMs);
    return random.pick<WorldEvent>([change, overwrite, { kind: "restore-server", lostMs, atMs }]);
  });
}

function withMore(
  plan: Plan,
  purpose: number,
  share: number,
  draw: (random: Random, atMs: number) => WorldEvent,
): Plan {
  const random = seededRandom(derivedSeed(plan.seed, purpose));
  if (!random.chance(share)) return plan;
  const added = Array.from({ length: 1 + random.below(3) }, () =>
    draw(random, Math.round(random.next() * plan.quietFromMs)),
  );
  return { ...plan, events: [...plan.events, ...added].toSorted((a, b) => a.atMs - b.atMs) };
}
