import type { ChildPlan, Plan, RestartPlan } from "@tenure/simulator";
import { more, partOf, type Make, type Part, type Setting } from "./settings.ts";

/** All agents are watchdogs on a sound disk, each with a command that `child` makes of a steady one. */
function watched(
  what: string,
  count: number,
  child: (part: Part) => Partial<ChildPlan>,
  make: Make,
  change: Partial<Plan> = {},
): Setting {
  return {
    what,
    of: (plan) => {
      const part = partOf(plan);
      const timing = { leaseDurationMs: part(1) };
      const agents = plan.agents.slice(0, 2).map((agent) => ({
        ...agent,
        manner: "watchdog" as const,
        container: null,
        timing,
        downMs: part(0.03),
        child: { ...steady(part), ...child(part) },
      }));
      const disk = { ...plan.disk, failBefore: 0, failAfter: 0, tornWrite: 0, crashBefore: 0, crashAfter: 0 };
      return more({ ...plan, store: "file", agents, disk, events: [], restarts: budget(part), ...change }, count, make);
    },
  };
}

function steady(part: Part): ChildPlan {
  return {
    startsInMs: part(0.02),
    worksEveryMs: part(0.1),
    runsForMs: null,
    exitCode: 0,
    hangsAfterMs: null,
    endsInMs: part(0.02),
    escapes: false,
    losesGuard: false,
    hidesEnvironment: false,
    recyclesPid: false,
    failsToStart: 0,
    progress: null,
  };
}

function budget(part: Part): RestartPlan {
  const windowMs = part(3);
  return {
    burst: 2,
    windowMs,
    backoffMs: 1,
    backoffMaxMs: part(0.01),
    stableAfterMs: windowMs,
    cooldownMs: windowMs,
  };
}

const kill: Make = ({ atMs, index }) => [{ kind: "kill", atMs, agent: index % 2 }];

export const abandoned: Setting = watched(
  "watchdogs and the guards of their commands are killed, 6 times; something has left the group",
  6,
  () => ({ losesGuard: true, escapes: true, endsInMs: null }),
  kill,
);

export const terminated: Setting = watched(
  "watchdogs are told to end, 6 times; something has left the group of their commands, and ignores SIGTERM",
  6,
  () => ({ escapes: true, endsInMs: null }),
  ({ atMs, index }) => [{ kind: "terminate", atMs, agent: index % 2 }],
);

export const hidden: Setting = watched(
  "watchdogs and guards are killed, 6 times; commands hide what they were started with",
  6,
  () => ({ losesGuard: true, hidesEnvironment: true, endsInMs: null }),
  kill,
);

export const undying: Setting = watched(
  "commands wait for a disk, and their watchdogs are killed, 4 times",
  4,
  () => ({ losesGuard: true }),
  ({ atMs, index, part }) => [
    { kind: "wedge-child", atMs, agent: index % 2, forMs: part(0.7) },
    { kind: "kill", atMs: atMs + part(0.01), agent: index % 2 },
  ],
);

export const slowToDie: Setting = watched(
  "watchdogs are asked to end, 4 times; commands wait for a disk for longer than is waited for them",
  4,
  () => ({ escapes: true }),
  ({ atMs, part }) =>
    [0, 1].flatMap((agent) => [
      { kind: "wedge-child", atMs, agent, forMs: 14_000 },
      { kind: "terminate", atMs: atMs + part(0.01), agent },
    ]),
);

export const failing: Setting = watched(
  "commands fail at once",
  1,
  (part) => ({ runsForMs: part(0.05), exitCode: 1 }),
  () => [],
);

export const killedOften: Setting = watched("watchdogs are killed, 12 times", 12, () => ({}), kill);

export const completing: Setting = watched(
  "commands complete",
  1,
  (part) => ({ runsForMs: part(0.2) }),
  () => [],
);

export const sleepers: Setting = watched(
  "the machine sleeps for half a lease, 5 times; commands report their progress",
  5,
  (part) => ({ progress: { deadlineMs: Math.max(100, part(0.25)), graceMs: part(0.25) } }),
  ({ atMs, part }) => [{ kind: "suspend", atMs, forMs: part(0.5) }],
);

export const newborns: Setting = watched(
  "commands take long to start, within their grace",
  1,
  (part) => ({ startsInMs: part(0.5), progress: { deadlineMs: Math.max(100, part(0.25)), graceMs: part(0.75) } }),
  () => [],
);

export const killedAtStart: Setting = watched(
  "commands are killed, 12 times, some while they are recorded on a slow disk; they report their progress",
  12,
  (part) => ({ progress: { deadlineMs: Math.max(100, part(0.25)), graceMs: part(0.25) } }),
  ({ atMs, index }) => [{ kind: "kill-child", atMs, agent: index % 2 }],
  { disk: { failBefore: 0, failAfter: 0, tornWrite: 0, slow: 0.5, longestDelayMs: 80, crashBefore: 0, crashAfter: 0 } },
);

export const revoked: Setting = watched(
  "the lease of watchdogs is revoked, 3 times",
  3,
  () => ({}),
  ({ atMs }) => [{ kind: "revoke", atMs }],
);
