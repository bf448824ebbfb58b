import type { InvariantId } from "@tenure/history";
import { noDiskFaults } from "../world/disk-faults.ts";
import type { AgentPlan, NetworkRates, Plan } from "./plan.ts";
import { runPlan, type Outcome } from "./run-plan.ts";

const noNetworkFaults: NetworkRates = { dropRequest: 0, dropResponse: 0, delay: 0, longestDelayMs: 0 };
/** An agent that is merely there. */
const PLAIN: Partial<AgentPlan> = {
  manner: "library",
  container: null,
  recyclesPid: false,
  dawdleMs: 0,
  leaving: "never",
  startMs: 0,
};
const MOST_RUNS = 400;

/**
 * A plan that breaks the same promise with as little as possible: whatever can be taken out without mending it is taken out. `run`: how it
 * was run, where it was not by the simulator's own leaders.
 */
export async function shrink(
  plan: Plan,
  broken: InvariantId,
  run: (plan: Plan) => Promise<Pick<Outcome, "violations">> = runPlan,
): Promise<Plan> {
  let smallest = plan;
  let runs = 0;
  const isStillBroken = async (candidate: Plan): Promise<boolean> => {
    runs += 1;
    const { violations } = await run(candidate);
    return violations.some(({ invariant }) => invariant === broken);
  };
  for (let goesOn = true; goesOn;) {
    goesOn = false;
    for (const candidate of simpler(smallest)) {
      if (runs >= MOST_RUNS) return smallest;
      if (!(await isStillBroken(candidate))) continue;
      smallest = candidate;
      goesOn = true;
      break;
    }
  }
  return smallest;
}

/** Each with one thing less, the largest first. */
function* simpler(plan: Plan): Generator<Plan> {
  for (let size = plan.events.length; size >= 1; size = Math.floor(size / 2))
    for (let at = 0; at + size <= plan.events.length; at += size)
      yield { ...plan, events: plan.events.toSpliced(at, size) };
  const disk = Object.keys(plan.disk).filter((key) => key !== "longestDelayMs") as (keyof Plan["disk"])[];
  if (disk.some((key) => plan.disk[key] > 0)) yield { ...plan, disk: noDiskFaults };
  for (const key of disk) if (plan.disk[key] > 0) yield { ...plan, disk: { ...plan.disk, [key]: 0 } };
  if (Object.values(plan.network).some((rate) => rate > 0)) yield { ...plan, network: noNetworkFaults };
  if (plan.lostNotices > 0) yield { ...plan, lostNotices: 0 };
  if (plan.agents.length > 1) {
    const last = plan.agents.length - 1;
    const isNamed = plan.events.some((event) => "agent" in event && event.agent === last);
    if (!isNamed) yield { ...plan, agents: plan.agents.slice(0, -1) };
  }
  for (const [index, agent] of plan.agents.entries()) {
    for (const [key, value] of Object.entries(PLAIN))
      if (agent[key as keyof AgentPlan] !== value)
        yield { ...plan, agents: plan.agents.with(index, { ...agent, [key]: value }) };
  }
  if (plan.rates.some((rate) => rate !== 1)) yield { ...plan, rates: plan.rates.map(() => 1) };
}
