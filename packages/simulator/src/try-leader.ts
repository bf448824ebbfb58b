import type { LeaderCode, LeaderFaults } from "./agents/own-leader.ts";
import { drawPlan } from "./schedule/draw.ts";
import type { Plan } from "./schedule/plan.ts";
import { runPlan, type Outcome } from "./schedule/run-plan.ts";

/** What came of a schedule in which somebody's own code led. */
export interface LeaderOutcome extends Outcome, LeaderFaults {}

/**
 * Runs your own leader in place of the simulator's, in every process of a schedule. Faults, store, processes and judgement are the same:
 * `violations` must be empty, and so must `errors`; `lateWrites` as well, where the resource itself refuses nobody.
 *
 * The code must wait by `world.sleep`, `world.clock` and its lease alone. A real timer, a real file or `Date.now()` is not in virtual time: what
 * waits for one is left behind. In the quiet time at the end it must want to lead.
 */
export async function tryLeader(schedule: { readonly seed: number } | Plan, code: LeaderCode): Promise<LeaderOutcome> {
  const plan = "agents" in schedule ? schedule : libraryOnly(drawPlan(schedule.seed));
  const leader = { code, lateWrites: [], errors: [] };
  const outcome = await runPlan(plan, leader);
  return { ...outcome, lateWrites: leader.lateWrites, errors: leader.errors };
}

/** Side-cars and scripts are other programs than the one that is tried. */
function libraryOnly(plan: Plan): Plan {
  return { ...plan, agents: plan.agents.map((agent) => ({ ...agent, manner: "library" as const })) };
}
