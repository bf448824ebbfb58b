import type { InvariantId } from "@tenure/history";
import type { AgentPlan, Plan, WorldEvent } from "../schedule/plan.ts";
import { noDiskFaults } from "../world/disk-faults.ts";

/** A schedule that keeps its promises because of one rule, and is the one that breaks them without it. */
export interface Scenario {
  /** In short: what goes wrong. */
  readonly name: string;
  /** The rule of the design that it is about. */
  readonly rule: string;
  /** What is promised to nobody who does this: it must show that it is not kept, and all else must be. */
  readonly notPromised?: InvariantId;
  /** Each is run; where chance plays no part there is one. */
  readonly plans: readonly Plan[];
}

interface Script {
  readonly name: string;
  readonly rule: string;
  readonly notPromised?: InvariantId;
  readonly agents?: readonly Partial<AgentPlan>[];
  readonly events?: readonly WorldEvent[];
  readonly world?: Partial<Plan>;
  /** How many seeds, where chance plays a part. Default 1. */
  readonly seeds?: number;
}

const NAMES = ["blue", "green", "red"];

/** Two leaders on a sound machine, and what the script says. */
export function scenario({
  name,
  rule,
  agents = [{}, {}],
  events = [],
  world = {},
  seeds = 1,
  notPromised,
}: Script): Scenario {
  const base: Omit<Plan, "seed"> = {
    store: "file",
    rates: agents.map(() => 1),
    agents: agents.map((changes, index) => ({
      holderIdentity: NAMES[index] ?? "grey",
      timing: {},
      manner: "library",
      container: null,
      startMs: 100 * index,
      workEveryMs: 2_500,
      termMs: 1e9,
      leaving: "never",
      releasesAfterLoss: false,
      downMs: 500,
      recyclesPid: false,
      dawdleMs: 0,
      ...changes,
    })),
    disk: noDiskFaults,
    network: { dropRequest: 0, dropResponse: 0, delay: 0, longestDelayMs: 0 },
    lostNotices: 0,
    segmentBytes: 4 * 1024 * 1024,
    events,
    quietFromMs: 45_000,
    ...world,
  };
  const plans = Array.from({ length: seeds }, (_, index) => ({ ...base, seed: index + 1 }));
  return { name, rule, plans, ...(notPromised && { notPromised }) };
}
