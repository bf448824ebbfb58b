import { fromTheField, runPlan, type Plan, type WorldEvent } from "@tenure/simulator";

/** Chance from a seed (mulberry32), so that each case comes again. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from `least` to `most`. */
  from(least: number, most: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return least + (((mixed ^ (mixed >>> 14)) >>> 0) % (most - least + 1));
  }
}

/** A fault that is put in, and what is to be found for it; in the holders' own logs too, where they tell more. */
export interface Fault {
  readonly name: string;
  /** What the journal alone shows; `null`: nothing, since nothing was lost. */
  readonly journal: string | null;
  /** What is found first beside the holders' own words; as `journal` where they add nothing. */
  readonly first?: string;
  readonly plan: (chance: Chance) => Partial<Plan>;
}

/** Two sound leaders, of whom the first leads. */
const sound = fromTheField.find(({ plans }) => plans[0]?.store === "file")?.plans[0] as Plan;
const [one] = sound.agents;

/** Of the lease that both leaders keep, in seconds. */
function lasting(leaseS: number, chance: Chance): Partial<Plan> {
  const timing = { leaseDurationMs: leaseS * 1_000 };
  const agents = [0, 1].map((index) => ({
    ...(one as Plan["agents"][number]),
    holderIdentity: ["press-a", "press-b"][index] ?? "",
    termMs: 1e9,
    leaving: "never" as const,
    startMs: index * chance.from(50, 900),
    workEveryMs: chance.from(700, 3_000),
    timing,
  }));
  return { agents, quietFromMs: (30 + 6 * leaseS) * 1_000 };
}

function event(chance: Chance, made: (leaseMs: number) => WorldEvent, store: Plan["store"] = "file"): Partial<Plan> {
  const leaseS = chance.from(5, 20);
  return { ...lasting(leaseS, chance), store, events: [made(leaseS * 1_000)] };
}

const atMs = (chance: Chance): number => chance.from(8_000, 20_000);
/** Longer than a lease. */
const long = (chance: Chance, leaseMs: number): number => leaseMs + chance.from(4_000, 2 * leaseMs);

export const faults: readonly Fault[] = [
  { name: "none", journal: null, plan: (chance) => ({ ...lasting(chance.from(5, 20), chance), events: [] }) },
  {
    name: "handed over",
    journal: null,
    plan(chance): Partial<Plan> {
      const plan = lasting(chance.from(5, 20), chance);
      const termMs = chance.from(5_000, 12_000);
      return {
        ...plan,
        agents: plan.agents?.map((agent) => ({ ...agent, termMs, leaving: "release" as const })) ?? [],
        events: [],
      };
    },
  },
  {
    name: "clock set",
    journal: null,
    plan: (chance) =>
      event(chance, () => ({
        kind: "step-wall",
        byMs: (chance.from(0, 1) * 2 - 1) * chance.from(60_000, 3_600_000),
        atMs: atMs(chance),
      })),
  },
  {
    name: "killed",
    journal: "holder-died",
    plan: (chance) => event(chance, () => ({ kind: "kill", agent: 0, atMs: atMs(chance) })),
  },
  {
    name: "event loop stands",
    journal: "renewal-stopped",
    first: "event-loop-stall",
    plan: (chance) =>
      event(chance, (leaseMs) => ({ kind: "pause", agent: 0, forMs: long(chance, leaseMs), atMs: atMs(chance) })),
  },
  {
    name: "machine sleeps",
    journal: "renewal-stopped",
    first: "host-suspended",
    plan: (chance) =>
      event(chance, (leaseMs) => ({ kind: "suspend", forMs: long(chance, leaseMs), atMs: atMs(chance) })),
  },
  {
    name: "cut off from the store",
    journal: "renewal-stopped",
    first: "store-unreachable",
    plan: (chance) =>
      event(
        chance,
        (leaseMs) => ({ kind: "partition", agent: 0, forMs: long(chance, leaseMs), atMs: atMs(chance) }),
        "network",
      ),
  },
  {
    name: "renewing forgotten",
    journal: "renewal-stopped",
    plan(chance): Partial<Plan> {
      const plan = lasting(chance.from(5, 20), chance);
      const [first, ...others] = plan.agents ?? [];
      const neglects = {
        ...(first as Plan["agents"][number]),
        termMs: chance.from(4_000, 12_000),
        leaving: "neglect" as const,
      };
      return { ...plan, agents: [neglects, ...others], events: [] };
    },
  },
  {
    name: "revoked by an operator",
    journal: "revoked",
    plan: (chance) => event(chance, () => ({ kind: "revoke", atMs: atMs(chance) })),
  },
  {
    // No answer comes within the time that a request waits, and to its client that is none.
    name: "answers too late",
    journal: "renewal-stopped",
    first: "store-unreachable",
    plan: (chance) =>
      event(
        chance,
        (leaseMs) => ({ kind: "slow-network", forMs: 3 * leaseMs, upToMs: 4 * leaseMs, atMs: atMs(chance) }),
        "network",
      ),
  },
  {
    name: "disk hangs",
    journal: "renewal-stopped",
    first: "store-unreachable",
    plan: (chance) =>
      event(chance, (leaseMs) => ({ kind: "hang-disk", forMs: long(chance, leaseMs), atMs: atMs(chance) })),
  },
  {
    name: "paused for maintenance",
    journal: null,
    plan: (chance) =>
      event(chance, () => ({ kind: "pause-lease", forMs: chance.from(2_000, 10_000), atMs: atMs(chance) })),
  },
];

/** What is left of a run: the journal of the store, and what each holder's listener wrote of losses. */
export interface Left {
  readonly journal: readonly string[];
  readonly own: readonly string[];
  readonly violations: number;
}

/** Where the simulated wall clocks begin. */
const BEGINNING_MS = Date.UTC(2026, 0, 1);

export async function left(fault: Fault, seed: number): Promise<Left> {
  const chance = new Chance(seed);
  const plan: Plan = { ...sound, seed, ...fault.plan(chance) };
  const { journal, history, violations } = await runPlan(plan);
  const own = history.flatMap((it) =>
    it.kind !== "ended" || it.reason === "released" || it.reason === "transferred" || it.at >= plan.quietFromMs
      ? []
      : [
          JSON.stringify({
            type: "lease.lost",
            name: "job",
            time: new Date(BEGINNING_MS + it.at).toISOString(),
            epoch: it.epoch,
            holderIdentity: it.holder,
            lossReason: it.reason,
          }),
        ],
  );
  return { journal: journal.map((line) => JSON.stringify(line)), own, violations: violations.length };
}
