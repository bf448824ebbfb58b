import { hash } from "node:crypto";
import { resolveTiming, type JournalEntry } from "@tenure/core";
import { checkInvariants, evidenceFor } from "@tenure/history";
import type { InvariantId, Limits, Observation, Violation } from "@tenure/history";
import { LEASE } from "../agents/leader.ts";
import type { LeaderUnderTest } from "../agents/own-leader.ts";
import { CLOCK_ERROR_MS, Recorder } from "../recorder.ts";
import { Agenda } from "../world/agenda.ts";
import { drawPlan } from "./draw.ts";
import { FileWorld } from "./file-world.ts";
import { NetworkWorld } from "./network-world.ts";
import type { Plan } from "./plan.ts";

/** What came of one schedule. */
export interface Outcome {
  readonly plan: Plan;
  readonly history: readonly Observation[];
  /** What the store's own journal tells in the end. Empty where somebody was at its files, or the disk has lost some of it. */
  readonly journal: readonly JournalEntry[];
  readonly violations: readonly Violation[];
  /** On how many observations each verdict rests. */
  readonly evidence: Record<InvariantId, number>;
  /** How often each fault really occurred. */
  readonly faults: Readonly<Record<string, number>>;
  /** Of everything that was observed: equal for equal plans. */
  readonly digest: string;
}

/** Once all faults have ended, somebody leads within this and the longest wait that a term asks for. */
const SETTLE_MS = 10_000;

export async function runSchedule({ seed }: { readonly seed: number }): Promise<Outcome> {
  return await runPlan(drawPlan(seed));
}

/** `leader` leads in place of the simulator's own. */
export async function runPlan(plan: Plan, leader?: LeaderUnderTest): Promise<Outcome> {
  const agenda = new Agenda();
  const recorder = new Recorder(agenda);
  const faults = new Map<string, number>();
  const count = (kind: string): void => void faults.set(kind, (faults.get(kind) ?? 0) + 1);
  const World = plan.store === "file" ? FileWorld : NetworkWorld;
  const world = new World(plan, agenda, recorder, count, leader);
  agenda.onRest = () => recorder.lookAround();
  const adoptedEpoch = Math.max(...plan.agents.map(({ aboveEpoch = 0 }) => aboveEpoch));
  const term = { lease: LEASE, holder: "before", epoch: adoptedEpoch };
  if (adoptedEpoch > 0)
    recorder.note({ ...term, kind: "granted", at: 0, sentAt: 0, renewDeadlineMs: 0, validUntil: 0 });
  world.start();
  for (const event of plan.events) {
    await agenda.advanceTo(event.atMs);
    count(event.kind);
    world.apply(event);
  }
  await agenda.advanceTo(plan.quietFromMs);
  world.quieten();
  await agenda.advanceTo(world.awakeFromMs + 100);
  world.quieten();
  await agenda.advanceTo(agenda.nowMs + 100);
  await awaitLeader(agenda, recorder, longestWaitMs(plan));
  world.stop();
  await agenda.advanceTo(agenda.nowMs + 1_000);
  const inspecting = world.inspect();
  await agenda.advanceTo(agenda.nowMs + 1_000);
  await inspecting;
  recorder.note({ kind: "finished", at: agenda.nowMs });
  const { history } = recorder;
  const limits = { clockErrorMs: clockErrorOf(plan), ...budgetOf(plan) };
  return {
    plan,
    history,
    journal: world.journal,
    violations: checkInvariants(history, limits).filter(({ invariant }) => !recorder.notPromised.has(invariant)),
    evidence: evidenceFor(history, limits),
    faults: Object.fromEntries([...faults].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    // Long to make, and few ask.
    get digest() {
      return hash("sha256", JSON.stringify([history, [...faults]]));
    },
  };
}

/** What one reading of a clock is off by; where its rate changes between two readings, as much as two rates differ at most. */
function clockErrorOf({ agents, events }: Plan): number {
  if (!events.some(({ kind }) => kind === "change-rate")) return CLOCK_ERROR_MS;
  return CLOCK_ERROR_MS + 0.02 * Math.max(...agents.map(({ timing }) => resolveTiming(timing).renewDeadlineMs));
}

/** By true time, of children that begin a while after their start was noted: their identity is written down in between. */
function budgetOf({ restarts, agents }: Plan): Pick<Limits, "restartBudget"> {
  // What is started again also when it has completed, the invariant cannot tell from what must not be.
  if (restarts === undefined || restarts.always) return {};
  const writingMs = Math.max(...agents.map(({ timing }) => resolveTiming(timing).renewDeadlineMs));
  return { restartBudget: { starts: restarts.burst + 1, windowMs: restarts.windowMs / 1.02 - writingMs } };
}

/** Nothing is gained by watching a leader lead: the quiet time ends with the first second in which there is one. */
async function awaitLeader(agenda: Agenda, recorder: Recorder, longestMs: number): Promise<void> {
  const at = agenda.nowMs;
  while (agenda.nowMs < at + longestMs && !recorder.somebodyLeads) await agenda.advanceTo(agenda.nowMs + 500);
  recorder.note({ kind: "quiet", at, lease: LEASE, withinMs: agenda.nowMs - at });
  await agenda.advanceTo(agenda.nowMs + 1);
}

/** A lost record is waited out once, and a claim whose outcome nobody knows once more. */
function longestWaitMs({ agents, restarts }: Plan): number {
  const waits = agents.map(({ timing }) => resolveTiming(timing)).map((t) => t.leaseDurationMs + t.lockDelayMs);
  // A command that failed too often is tried again after that.
  const cooldownMs = 1.3 * (restarts?.cooldownMs ?? 0);
  return 2.2 * Math.max(...waits) + SETTLE_MS + cooldownMs;
}
