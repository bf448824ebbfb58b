/**
 * @tenure/simulator: the real lease code under virtual time and faults.
 *
 * Guarantees: the same plan gives the same history, byte for byte, with the same build and version of Node; only the invariants of
 * `@tenure/history` judge it. Not guaranteed: that a clean run proves anything, or that the world goes wrong in every way a real one does.
 */
export { drawPlan } from "./schedule/draw.ts";
export type {
  AgentPlan,
  ChildPlan,
  Leaving,
  Manner,
  NetworkRates,
  Plan,
  RestartPlan,
  WorldEvent,
  WorldEventKind,
} from "./schedule/plan.ts";
export { scenarios } from "./scenarios/index.ts";
export { fromTheField, type FieldScenario } from "./scenarios/from-the-field.ts";
export type { Scenario } from "./scenarios/scenario.ts";
export { runPlan, runSchedule, type Outcome } from "./schedule/run-plan.ts";
export { shrink } from "./schedule/shrink.ts";
export { runTrial, type KindTotals, type TrialOptions, type TrialResult } from "./trial/trial.ts";
export { trialFaultKinds, type TrialFault, type TrialFaultKind } from "./trial/calendar.ts";
export type { RestartTotals } from "./trial/restart-book.ts";
export type { LateWrite, LeaderCode, LeaderUnderTest, LeaderWorld } from "./agents/own-leader.ts";
export { tryLeader, type LeaderOutcome } from "./try-leader.ts";
export { drawTimeline } from "./timeline.ts";
export type { DiskRates } from "./world/disk-faults.ts";
