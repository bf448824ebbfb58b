import type { AgentPlan, ChildPlan, RestartPlan } from "../schedule/plan.ts";
import { noDiskFaults } from "../world/disk-faults.ts";
import { scenario, type Scenario } from "./scenario.ts";

const rule = "one child, restarted within its budget";

/** A command that works for ever, and ends when it is asked to. */
const STEADY: ChildPlan = {
  startsInMs: 100,
  worksEveryMs: 500,
  runsForMs: null,
  exitCode: 0,
  hangsAfterMs: null,
  endsInMs: 50,
  escapes: false,
  losesGuard: false,
  hidesEnvironment: false,
  recyclesPid: false,
  failsToStart: 0,
  progress: null,
};
/** Three starts in half a minute, and then a wait as long. */
export const restarts: RestartPlan = {
  burst: 3,
  windowMs: 30_000,
  backoffMs: 200,
  backoffMaxMs: 1_000,
  stableAfterMs: 30_000,
  cooldownMs: 30_000,
};
const world = { restarts };
const timing = { leaseDurationMs: 5_000 };
const progress = { deadlineMs: 2_000, graceMs: 2_000 };

/** A watchdog with a command that is steady but for what is said here. */
export function run(child: Partial<ChildPlan>, agent: Partial<AgentPlan> = {}): Partial<AgentPlan> {
  return { manner: "watchdog", timing, child: { ...STEADY, ...child }, ...agent };
}

const kills = [8_000, 16_000, 24_000].map((atMs, index) => ({ kind: "kill", agent: index % 2, atMs }) as const);

export const watchdog: readonly Scenario[] = [
  scenario({
    name: "watchdogs are killed, and their commands ignore SIGTERM",
    rule,
    agents: [run({ endsInMs: null }), run({ endsInMs: null })],
    events: kills,
    world,
  }),
  scenario({
    name: "watchdogs and their guards are killed, and commands live on",
    rule,
    agents: [run({ losesGuard: true, escapes: true }), run({ losesGuard: true, escapes: true })],
    events: kills,
    world,
  }),
  scenario({
    name: "an orphan that hides its environment is known by the record",
    rule,
    agents: [run({ losesGuard: true, hidesEnvironment: true }), run({ losesGuard: true, hidesEnvironment: true })],
    events: kills,
    world,
  }),
  scenario({
    name: "an orphan waits for a disk, and nobody starts beside it",
    rule,
    agents: [run({ losesGuard: true }), run({})],
    events: [
      { kind: "wedge-child", agent: 0, forMs: 25_000, atMs: 8_000 },
      { kind: "kill", agent: 0, atMs: 8_100 },
    ],
    world,
  }),
  scenario({
    name: "a command that ignores SIGTERM is ended when its watchdog is",
    rule,
    agents: [run({ endsInMs: null, escapes: true }), run({})],
    events: [
      { kind: "terminate", agent: 0, atMs: 8_000 },
      { kind: "terminate", agent: 1, atMs: 20_000 },
    ],
    world,
  }),
  scenario({
    name: "a watchdog stands still past its lease, and is succeeded",
    rule,
    agents: [run({ endsInMs: null }), run({})],
    events: [{ kind: "pause", agent: 0, forMs: 15_000, atMs: 8_000 }],
    world,
  }),
  scenario({
    name: "a watchdog stands still past its lease, and ends what worked on without it when it runs again",
    rule,
    seeds: 3,
    agents: [run({ endsInMs: null }), run({ endsInMs: null, escapes: true })],
    events: [0, 1].map((agent) => ({ kind: "stall", agent, forMs: 8_700, atMs: 8_000 }) as const),
    world,
  }),
  scenario({
    name: "a command fails again and again",
    rule,
    agents: [run({ runsForMs: 400, exitCode: 1 }), run({ runsForMs: 400, exitCode: 1 })],
    world,
  }),
  scenario({
    name: "watchdogs die again and again, and the budget outlives them",
    rule,
    agents: [run({ runsForMs: 2_500, exitCode: 1 }, { downMs: 10 })],
    events: Array.from(
      { length: 14 },
      (_, index) => ({ kind: "kill", agent: 0, atMs: 1_500 + 2_000 * index }) as const,
    ),
    world,
  }),
  scenario({
    name: "a command completes, and is not started again",
    rule,
    agents: [run({ runsForMs: 3_000 }, { downMs: 20_000 })],
    world,
  }),
  scenario({
    name: "a command hangs, and is started again",
    rule,
    agents: [run({ hangsAfterMs: 3_000, endsInMs: null, progress }), run({ progress })],
    world,
  }),
  scenario({
    name: "the machine sleeps, the watchdog is starved, and the command works on",
    rule,
    agents: [run({ progress, worksEveryMs: 900 })],
    events: [
      { kind: "suspend", forMs: 2_600, atMs: 6_200 },
      { kind: "suspend", forMs: 2_900, atMs: 14_700 },
      { kind: "starve", agent: 0, forMs: 8_000, latenessMs: 1_500, atMs: 20_000 },
      { kind: "pause", agent: 0, forMs: 2_500, atMs: 30_000 },
    ],
    world,
  }),
  scenario({
    name: "a command takes long to start, within its grace",
    rule,
    agents: [run({ startsInMs: 4_000, progress: { deadlineMs: 1_000, graceMs: 6_000 } })],
    world,
  }),
  scenario({
    name: "children are stopped or killed by others, and numbers come again",
    rule,
    agents: [run({ recyclesPid: true }, { recyclesPid: true, downMs: 20 }), run({ recyclesPid: true })],
    events: [
      { kind: "kill", agent: 0, atMs: 6_000 },
      { kind: "stop-child", agent: 1, forMs: 4_000, atMs: 12_000 },
      { kind: "kill-child", agent: 1, atMs: 22_000 },
      { kind: "kill", agent: 1, atMs: 30_000 },
    ],
    world,
  }),
  scenario({
    name: "no process can be started, and file calls fail",
    rule,
    seeds: 4,
    agents: [run({ failsToStart: 0.4 }), run({ failsToStart: 0.4, runsForMs: 900, exitCode: 2 })],
    world: {
      restarts,
      disk: { ...noDiskFaults, failBefore: 0.05, failAfter: 0.05, crashBefore: 0.01, crashAfter: 0.01 },
    },
  }),
];
