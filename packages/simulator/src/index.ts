/**
 * @tenure/simulator: the real lease code under virtual time and faults.
 */
export { drawPlan } from "./schedule/draw.ts";
export type { AgentPlan, Plan, WorldEvent, WorldEventKind } from "./schedule/plan.ts";
export { runPlan, runSchedule, type Outcome } from "./schedule/run-plan.ts";
