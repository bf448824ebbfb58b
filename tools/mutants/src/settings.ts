import type { AgentPlan, Plan, WorldEvent } from "@tenure/simulator";

/** Makes of any schedule one that can show a certain mistake: rare faults come often. */
export interface Setting {
  readonly what: string;
  readonly of: (plan: Plan) => Plan;
}

type Make = (atMs: number, index: number) => readonly WorldEvent[];

/** On one machine, with `count` times more of something; when, follows from the seed. */
function onDisk(what: string, count: number, make: Make, change: (plan: Plan) => Partial<Plan> = () => ({})): Setting {
  return { what, of: (plan) => more({ ...plan, store: "file", ...change(plan) }, count, make) };
}

function more(plan: Plan, count: number, make: Make): Plan {
  const step = Math.floor(50_000 / count);
  const added = Array.from({ length: count }, (_, index) => {
    const atMs = 4_000 + index * step + ((plan.seed * 7_919 + index * 104_729) % step);
    return make(atMs, index + plan.seed);
  });
  return { ...plan, events: [...plan.events, ...added.flat()].toSorted((a, b) => a.atMs - b.atMs) };
}

function pauseOf(agents: readonly AgentPlan[], forMs: number): Make {
  return (atMs, index) => [{ kind: "pause", atMs, agent: index % agents.length, forMs }];
}

export const deletions: Setting = onDisk("the state is deleted, 4 times", 4, (atMs) => [
  { kind: "delete-state", atMs },
]);

/** What is written goes into a file that is no longer there. */
export const deletionsInWrites: Setting = onDisk(
  "the state is deleted, twice, while writes are slow",
  2,
  (atMs) => [{ kind: "delete-state", atMs }],
  ({ disk }) => ({ disk: { ...disk, slow: 0.5, longestDelayMs: 4_000 } }),
);

export const revocations: Setting = onDisk("the lease is revoked, 4 times", 4, (atMs) => [{ kind: "revoke", atMs }]);

export const cuts: Setting = onDisk("the power is cut, 4 times", 4, (atMs) => [
  { kind: "power-cut", atMs, downMs: 1_000 },
]);

/** What was not synced yet goes with the power. */
export const cutsInHangs: Setting = onDisk("the power is cut while the disk hangs, 4 times", 4, (atMs, index) => [
  { kind: "hang-disk", atMs, forMs: 6_000 },
  { kind: "power-cut", atMs: atMs + 300 + (index % 9) * 500, downMs: 1_000 },
]);

export const restores: Setting = onDisk("an old copy is put back, 3 times", 3, (atMs, index) => [
  { kind: "back-up", atMs },
  { kind: "restore", atMs: atMs + 2_000 + (index % 5) * 2_000 },
]);

export const truncations: Setting = onDisk("the journal is cut short, 5 times", 5, (atMs, index) => [
  { kind: "truncate", atMs, bytes: 200 + (index % 7) * 300 },
]);

/** Whoever starts meanwhile can only look. */
export const readOnly: Setting = onDisk(
  "two leaders die while the disk is read-only, 4 times",
  4,
  (atMs) => [
    { kind: "read-only", atMs, forMs: 6_000 },
    { kind: "kill", atMs: atMs + 100, agent: 0 },
    { kind: "kill", atMs: atMs + 200, agent: 1 },
  ],
  ({ agents }) => ({ agents: agents.slice(0, 2).map((agent) => ({ ...agent, downMs: 500 })) }),
);

/** Terms follow each other fast, and segments too. */
export const segments: Setting = onDisk(
  "segments of 3 kB on a slow disk",
  1,
  () => [],
  ({ agents, disk }) => ({
    segmentBytes: 3_000,
    agents: agents.map((agent) => ({ ...agent, termMs: 3_000, leaving: "release" })),
    disk: { ...disk, slow: 0.3, longestDelayMs: 600, crashBefore: 0.01, crashAfter: 0.01 },
  }),
);

/** Stopped between the last look at the lease and the write that it covers. */
export const dawdlers: Setting = {
  what: "writes come late, 6 pauses of 20 s",
  of: (plan) => {
    const agents = plan.agents.map((agent) => ({ ...agent, dawdleMs: 3_000 }));
    return more({ ...plan, store: "file", agents }, 6, pauseOf(agents, 20_000));
  },
};

export const pauses: Setting = {
  what: "6 pauses of 13 s; what was lost is released",
  of: (plan) => {
    const agents = plan.agents.map((agent) => ({ ...agent, releasesAfterLoss: true, timing: {} }));
    return more({ ...plan, store: "file", agents }, 6, pauseOf(agents, 13_000));
  },
};

/** Answers come late, and find their process stopped. */
export const lateAnswers: Setting = {
  what: "a slow network, 8 pauses of 10 s",
  of: (plan) => {
    const network = { dropRequest: 0.05, dropResponse: 0.05, delay: 0.5, longestDelayMs: 1_500 };
    const agents = plan.agents.map((agent) => ({ ...agent, timing: {} }));
    return more({ ...plan, store: "network", network, agents }, 8, pauseOf(agents, 10_000));
  },
};
