import type { TimingSettings } from "@tenure/schema";
import { derivedSeed, seededRandom, type Random } from "../world/random.ts";
import type { AgentPlan, Leaving, Manner, Plan, WorldEvent } from "./plan.ts";

const DISTURBED_MS = 45_000;
const RATES = [0.9905, 0.997, 1, 1.003, 1.0095];
const TIMINGS: readonly TimingSettings[] = [
  {},
  {},
  { leaseDurationMs: 5_000 },
  { leaseDurationMs: 5_000, lockDelayMs: 1_000 },
  { leaseDurationMs: 9_000 },
];
const LEAVINGS: readonly Leaving[] = ["release", "release", "transfer", "neglect", "never", "never"];

const MANNERS: readonly Manner[] = ["library", "library", "library", "side-car", "one-shot"];

/** Each kind of event as one draws it. */
const drawers: readonly ((random: Random, agents: number) => Unscheduled)[] = [
  (random, agents) => ({ kind: "kill", agent: random.below(agents) }),
  (random, agents) => ({ kind: "pause", agent: random.below(agents), forMs: long(random) }),
  (random, agents) => ({
    kind: "starve",
    agent: random.below(agents),
    forMs: long(random),
    latenessMs: random.pick([50, 800, 4_000]),
  }),
  (random) => ({ kind: "suspend", forMs: long(random) }),
  (random) => ({ kind: "step-wall", byMs: Math.round(random.between(-3_600_000, 3_600_000)) }),
  (random) => ({ kind: "power-cut", downMs: random.pick([5, 1_000, 20_000]) }),
  (random) => ({ kind: "hang-disk", forMs: long(random) }),
  (random) => ({ kind: "fill-disk", forMs: long(random) }),
  (random) => ({ kind: "read-only", forMs: long(random) }),
  () => ({ kind: "delete-state" }),
  () => ({ kind: "delete-floor" }),
  () => ({ kind: "back-up" }),
  () => ({ kind: "restore" }),
  (random) => ({ kind: "truncate", bytes: random.pick([0, 1, 40, 700, 5_000]) }),
  (random) => ({
    kind: "garbage",
    text: random.pick(["garbage\n", '{"seq":1}\n', "half a li", "\u0000\u0000\n", "\n\n"]),
  }),
  () => ({ kind: "revoke" }),
  (random) => ({
    kind: "request-transfer",
    to: random.pick(["blue", "green", "nobody"]),
    expiresAfterMs: random.pick([500, 5_000]),
  }),
  () => ({ kind: "status" }),
  () => ({ kind: "leave-zombies" }),
  (random, agents) => ({ kind: "partition", agent: random.below(agents), forMs: long(random) }),
  (random) => ({ kind: "slow-network", forMs: long(random), upToMs: random.pick([200, 2_000, 9_000]) }),
  (random) => ({ kind: "failover", lostMs: random.pick([0, 200, 5_000]) }),
];

type Unscheduled = WorldEvent extends infer Event ? (Event extends WorldEvent ? Omit<Event, "atMs"> : never) : never;

/** What an operator does to files takes away what other observations rest on, so it is left to some of the schedules. */
const TAMPERING = new Set(["delete-state", "delete-floor", "restore", "truncate", "garbage"]);
const FILE_ONLY = new Set([
  ...TAMPERING,
  "power-cut",
  "hang-disk",
  "fill-disk",
  "read-only",
  "back-up",
  "leave-zombies",
]);
const NETWORK_ONLY = new Set(["partition", "slow-network", "failover"]);

/** The plan of a seed: which faults there are, and how often, is itself drawn, so that each schedule is bad in its own way. */
export function drawPlan(seed: number): Plan {
  const random = seededRandom(derivedSeed(seed, 1));
  const store = random.chance(0.75) ? "file" : "network";
  const agents = Array.from({ length: 2 + random.below(3) }, (_, index) => drawAgent(random, index));
  const faulty = (highest: number): number => (random.chance(0.5) ? 0 : random.next() * highest);
  const isCalm = random.chance(0.1);
  const scale = isCalm ? 0 : 1;
  return {
    seed,
    store,
    rates: agents.map(() => random.pick(RATES)),
    agents,
    disk: {
      failBefore: scale * faulty(0.08),
      failAfter: scale * faulty(0.08),
      tornWrite: scale * faulty(0.05),
      slow: scale * faulty(0.3),
      longestDelayMs: random.pick([20, 600, 4_000, 20_000]),
      crashBefore: scale * faulty(0.02),
      crashAfter: scale * faulty(0.02),
    },
    network: {
      dropRequest: scale * faulty(0.2),
      dropResponse: scale * faulty(0.2),
      delay: scale * faulty(0.3),
      longestDelayMs: random.pick([20, 600, 4_000, 20_000]),
    },
    lostNotices: scale * faulty(0.5),
    segmentBytes: random.chance(0.3) ? 6_000 : 4 * 1024 * 1024,
    events: drawEvents(random, store, agents.length),
    quietFromMs: DISTURBED_MS,
  };
}

function drawAgent(random: Random, index: number): AgentPlan {
  const manner = random.pick(MANNERS);
  return {
    manner,
    holderIdentity: random.chance(0.3) ? "twin" : (["blue", "green", "red", "grey"][index] ?? "more"),
    timing: random.pick(TIMINGS),
    // What scripts saw in one time namespace means nothing in another, and they share one place for it.
    container: random.chance(0.2) && manner !== "one-shot" ? index + 1 : null,
    startMs: random.chance(0.5) ? 0 : Math.round(random.next() * 5_000),
    termMs: random.pick([3_000, 12_000, 40_000]),
    leaving: random.pick(LEAVINGS),
    releasesAfterLoss: random.chance(0.5),
    downMs: random.pick([1, 500, 8_000]),
    recyclesPid: random.chance(0.3),
    dawdleMs: random.pick([0, 0, 30, 3_000]),
  };
}

function drawEvents(random: Random, store: Plan["store"], agents: number): WorldEvent[] {
  const tampers = random.chance(0.35);
  const kinds = drawers
    .filter((draw) => {
      const { kind } = draw(seededRandom(1), agents);
      return !(store === "file" ? NETWORK_ONLY : FILE_ONLY).has(kind) && (tampers || !TAMPERING.has(kind));
    })
    .filter(() => random.chance(0.35));
  const count = kinds.length === 0 ? 0 : random.below(14);
  const events = Array.from({ length: count }, (): WorldEvent => {
    const atMs = Math.round(random.next() * DISTURBED_MS);
    return { ...random.pick(kinds)(random, agents), atMs };
  });
  return events.toSorted((a, b) => a.atMs - b.atMs);
}

function long(random: Random): number {
  return Math.round(random.pick([50, 1_500, 6_000, 14_000, 30_000]) * random.between(0.5, 1.2));
}
