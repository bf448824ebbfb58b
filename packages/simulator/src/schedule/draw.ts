import type { TimingSettings } from "@tenure/schema";
import { derivedSeed, seededRandom, type Random } from "../world/random.ts";
import { withExhaustion, withPauses, withStrangeness, withUpheavals } from "./draw-orders.ts";
import { withWatchdogs } from "./draw-watchdogs.ts";
import type { AgentPlan, Leaving, Manner, Plan, WorldEvent } from "./plan.ts";

/**
 * The longest lease of a schedule, to which all of its times are in proportion: most are short, so that much happens in little time, and
 * some are as people have them.
 */
const PACES_MS = [1_500, 1_500, 2_000, 2_000, 3_000, 5_000, 15_000];
/** Leases that a schedule lasts until its faults end. */
const LASTS = [1.5, 2, 2, 3];
const RATES = [0.9905, 0.997, 1, 1.003, 1.0095];
/** In parts of the longest lease. */
const TIMINGS: readonly { readonly lease: number; readonly lockDelay?: number }[] = [
  { lease: 1 },
  { lease: 1 },
  { lease: 1 / 3 },
  { lease: 1 / 3, lockDelay: 1 / 15 },
  { lease: 0.6 },
];
const LEAVINGS: readonly Leaving[] = ["release", "release", "transfer", "neglect", "never", "never"];

/** Scripts cost the most: each of their commands opens the store anew. */
const MANNERS: readonly Manner[] = [
  "library",
  "library",
  "library",
  "library",
  "library",
  "side-car",
  "side-car",
  "one-shot",
];
/** Schedules across a network cost a quarter of those on a disk, and try the protocol as hard. */
const ON_DISK = 0.25;

/** What a drawing of an event knows of its schedule. */
interface Frame {
  readonly random: Random;
  readonly agents: number;
  readonly paceMs: number;
}

/** Each kind of event as one draws it. */
const drawers: readonly ((frame: Frame) => Unscheduled)[] = [
  ({ random, agents }) => ({ kind: "kill", agent: random.below(agents) }),
  ({ random, agents, paceMs }) => ({ kind: "pause", agent: random.below(agents), forMs: long(random, paceMs) }),
  ({ random, agents, paceMs }) => ({
    kind: "starve",
    agent: random.below(agents),
    forMs: long(random, paceMs),
    latenessMs: random.pick([50, 0.05 * paceMs, 0.27 * paceMs]),
  }),
  ({ random, paceMs }) => ({ kind: "suspend", forMs: long(random, paceMs) }),
  ({ random }) => ({ kind: "step-wall", byMs: Math.round(random.between(-3_600_000, 3_600_000)) }),
  ({ random, paceMs }) => ({ kind: "power-cut", downMs: random.pick([5, 0.07 * paceMs, 1.3 * paceMs]) }),
  ({ random, paceMs }) => ({ kind: "hang-disk", forMs: long(random, paceMs) }),
  ({ random, paceMs }) => ({ kind: "fill-disk", forMs: long(random, paceMs) }),
  ({ random, paceMs }) => ({ kind: "read-only", forMs: long(random, paceMs) }),
  () => ({ kind: "delete-state" }),
  () => ({ kind: "delete-floor" }),
  () => ({ kind: "back-up" }),
  () => ({ kind: "restore" }),
  ({ random }) => ({ kind: "truncate", bytes: random.pick([0, 1, 40, 700, 5_000]) }),
  ({ random }) => ({
    kind: "garbage",
    text: random.pick(["garbage\n", '{"seq":1}\n', "half a li", "\u0000\u0000\n", "\n\n"]),
  }),
  () => ({ kind: "revoke" }),
  ({ random, paceMs }) => ({
    kind: "request-transfer",
    to: random.pick(["blue", "green", "nobody"]),
    expiresAfterMs: random.pick([0.03 * paceMs, 0.33 * paceMs]),
  }),
  () => ({ kind: "status" }),
  () => ({ kind: "leave-zombies" }),
  ({ random, agents, paceMs }) => ({ kind: "partition", agent: random.below(agents), forMs: long(random, paceMs) }),
  ({ random, paceMs }) => ({
    kind: "slow-network",
    forMs: long(random, paceMs),
    upToMs: random.pick([0.013 * paceMs, 0.13 * paceMs, 0.6 * paceMs]),
  }),
  ({ random, paceMs }) => ({ kind: "failover", lostMs: random.pick([0, 0.013 * paceMs, 0.33 * paceMs]) }),
];

/** The kind that each of them draws, whatever the numbers are. */
const kindOf = new Map(
  drawers.map((draw) => [draw, draw({ random: seededRandom(1), agents: 1, paceMs: 1 }).kind] as const),
);

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
  const store = random.chance(ON_DISK) ? "file" : "network";
  const paceMs = random.pick(PACES_MS);
  const agents = Array.from({ length: random.pick([2, 2, 2, 3, 3, 4]) }, (_, index) =>
    drawAgent(random, index, paceMs),
  );
  const quietFromMs = random.pick(LASTS) * paceMs;
  const longestDelayMs = (): number => random.pick([20, 0.04 * paceMs, 0.27 * paceMs, 1.3 * paceMs]);
  const faulty = (highest: number): number => (random.chance(0.5) ? 0 : random.next() * highest);
  const isCalm = random.chance(0.1);
  const scale = isCalm ? 0 : 1;
  const plan: Plan = {
    seed,
    store,
    rates: agents.map(() => random.pick(RATES)),
    agents,
    disk: {
      failBefore: scale * faulty(0.08),
      failAfter: scale * faulty(0.08),
      tornWrite: scale * faulty(0.05),
      slow: scale * faulty(0.3),
      longestDelayMs: longestDelayMs(),
      crashBefore: scale * faulty(0.02),
      crashAfter: scale * faulty(0.02),
    },
    network: {
      dropRequest: scale * faulty(0.2),
      dropResponse: scale * faulty(0.2),
      delay: scale * faulty(0.3),
      longestDelayMs: longestDelayMs(),
    },
    lostNotices: scale * faulty(0.5),
    segmentBytes: random.chance(0.3) ? 6_000 : 4 * 1024 * 1024,
    events: drawEvents({ random, paceMs, agents: agents.length }, store, quietFromMs),
    quietFromMs,
  };
  const more = [withWatchdogs, withPauses, withExhaustion, withUpheavals, withStrangeness];
  return more.reduce((soFar, add) => add(soFar, paceMs), plan);
}

function drawAgent(random: Random, index: number, paceMs: number): AgentPlan {
  const manner = random.pick(MANNERS);
  return {
    manner,
    holderIdentity: random.chance(0.3) ? "twin" : (["blue", "green", "red", "grey"][index] ?? "more"),
    timing: drawTiming(random, paceMs),
    // What scripts saw in one time namespace means nothing in another, and they share one place for it.
    container: random.chance(0.2) && manner !== "one-shot" ? index + 1 : null,
    startMs: random.chance(0.5) ? 0 : Math.round(random.next() * 0.3 * paceMs),
    workEveryMs: Math.round(paceMs / 6),
    termMs: paceMs * random.pick([0.2, 0.8, 3]),
    leaving: random.pick(LEAVINGS),
    releasesAfterLoss: random.chance(0.5),
    downMs: random.pick([1, 0.03 * paceMs, 0.5 * paceMs]),
    recyclesPid: random.chance(0.3),
    dawdleMs: random.pick([0, 0, 30, 0.2 * paceMs]),
  };
}

function drawTiming(random: Random, paceMs: number): TimingSettings {
  const { lease, lockDelay } = random.pick(TIMINGS);
  const leaseDurationMs = Math.round(lease * paceMs);
  return lockDelay === undefined
    ? { leaseDurationMs }
    : { leaseDurationMs, lockDelayMs: Math.round(lockDelay * paceMs) };
}

function drawEvents(frame: Frame, store: Plan["store"], untilMs: number): WorldEvent[] {
  const { random } = frame;
  const tampers = random.chance(0.35);
  const kinds = drawers
    .filter((draw) => {
      const kind = kindOf.get(draw) ?? "";
      return !(store === "file" ? NETWORK_ONLY : FILE_ONLY).has(kind) && (tampers || !TAMPERING.has(kind));
    })
    .filter(() => random.chance(0.35));
  const count = kinds.length === 0 ? 0 : random.below(9);
  const events = Array.from({ length: count }, (): WorldEvent => {
    const atMs = Math.round(random.next() * untilMs);
    return { ...random.pick(kinds)(frame), atMs };
  });
  return events.toSorted((a, b) => a.atMs - b.atMs);
}

/** From a moment to more than a lease. */
function long(random: Random, paceMs: number): number {
  return Math.round(random.pick([0.003, 0.1, 0.4, 0.93, 2]) * random.between(0.5, 1.2) * paceMs);
}
