import type { AgentPlan, Plan, WorldEvent } from "@tenure/simulator";

/** Makes of any schedule one that can show a certain mistake: rare faults come often. */
export interface Setting {
  readonly what: string;
  readonly of: (plan: Plan) => Plan;
}

/** `part(0.1)` is a tenth of the longest lease of the schedule: its times are in proportion to that. */
export type Part = (ofLease: number) => number;
export type Make = (at: {
  readonly atMs: number;
  readonly index: number;
  readonly part: Part;
}) => readonly WorldEvent[];

/** The schedule lasts for so many leases. */
const LASTS = 3.3;

/** On one machine, with `count` times more of something; when, follows from the seed. */
function onDisk(
  what: string,
  count: number,
  make: Make,
  change: (plan: Plan, part: Part) => Partial<Plan> = () => ({}),
): Setting {
  return { what, of: (plan) => more({ ...plan, store: "file", ...change(plan, partOf(plan)) }, count, make) };
}

export function more(plan: Plan, count: number, make: Make): Plan {
  const part = partOf(plan);
  const step = Math.floor(part(LASTS) / count);
  const added = Array.from({ length: count }, (_, index) => {
    const atMs = part(0.27) + index * step + ((plan.seed * 7_919 + index * 104_729) % step);
    return make({ atMs, index: index + plan.seed, part });
  });
  const events = [...plan.events, ...added.flat()].toSorted((a, b) => a.atMs - b.atMs);
  return { ...plan, events, quietFromMs: part(LASTS) };
}

export function partOf({ agents }: Plan): Part {
  const longestMs = longestOf(agents);
  return (ofLease) => Math.round(ofLease * longestMs);
}

function longestOf(agents: readonly AgentPlan[]): number {
  return Math.max(...agents.map(({ timing }) => timing.leaseDurationMs ?? 15_000));
}

function pauseOf(agents: readonly AgentPlan[], forLeases: number): Make {
  return ({ atMs, index, part }) => [{ kind: "pause", atMs, agent: index % agents.length, forMs: part(forLeases) }];
}

/** All with the longest lease of them. */
function alike(agents: readonly AgentPlan[]): readonly AgentPlan[] {
  const timing = { leaseDurationMs: longestOf(agents) };
  return agents.map((agent) => ({ ...agent, timing }));
}

export const deletions: Setting = onDisk("the state is deleted, 4 times", 4, ({ atMs }) => [
  { kind: "delete-state", atMs },
]);

/** What is written goes into a file that is no longer there. */
export const deletionsInWrites: Setting = onDisk(
  "the state is deleted, twice, while writes are slow",
  2,
  ({ atMs }) => [{ kind: "delete-state", atMs }],
  ({ disk }, part) => ({ disk: { ...disk, slow: 0.5, longestDelayMs: part(0.27) } }),
);

export const revocations: Setting = onDisk("the lease is revoked, 4 times", 4, ({ atMs }) => [
  { kind: "revoke", atMs },
]);

export const pausesOfTheLease: Setting = onDisk(
  "the lease is paused for a third of a lease, 8 times; terms are short",
  8,
  ({ atMs, part }) => [{ kind: "pause-lease", atMs, forMs: part(0.33) }],
  ({ agents }, part) => ({
    agents: agents.map((agent) => ({ ...agent, termMs: part(0.3), leaving: "release" })),
  }),
);

export const cuts: Setting = onDisk("the power is cut, 4 times", 4, ({ atMs, part }) => [
  { kind: "power-cut", atMs, downMs: part(0.07) },
]);

/** What was not synced yet goes with the power. */
export const cutsInHangs: Setting = onDisk(
  "the power is cut while the disk hangs, 4 times",
  4,
  ({ atMs, index, part }) => [
    { kind: "hang-disk", atMs, forMs: part(0.4) },
    { kind: "power-cut", atMs: atMs + part(0.02) + (index % 9) * part(0.033), downMs: part(0.07) },
  ],
);

export const restores: Setting = onDisk("an old copy is put back, 3 times", 3, ({ atMs, index, part }) => [
  { kind: "back-up", atMs },
  { kind: "restore", atMs: atMs + part(0.13) + (index % 5) * part(0.13) },
]);

export const truncations: Setting = onDisk("the journal is cut short, 5 times", 5, ({ atMs, index }) => [
  { kind: "truncate", atMs, bytes: 200 + (index % 7) * 300 },
]);

/** Whoever starts meanwhile can only look. */
export const readOnly: Setting = onDisk(
  "two leaders die while the disk is read-only, 4 times",
  4,
  ({ atMs, part }) => [
    { kind: "read-only", atMs, forMs: part(0.4) },
    { kind: "kill", atMs: atMs + part(0.007), agent: 0 },
    { kind: "kill", atMs: atMs + part(0.013), agent: 1 },
  ],
  ({ agents }, part) => ({ agents: agents.slice(0, 2).map((agent) => ({ ...agent, downMs: part(0.03) })) }),
);

/** Terms follow each other fast, and segments too. */
export const segments: Setting = onDisk(
  "segments of 3 kB on a slow disk",
  1,
  () => [],
  ({ agents, disk }, part) => ({
    segmentBytes: 3_000,
    agents: agents.map((agent) => ({ ...agent, termMs: part(0.2), leaving: "release" })),
    disk: { ...disk, slow: 0.3, longestDelayMs: part(0.04), crashBefore: 0.01, crashAfter: 0.01 },
  }),
);

/** What was seen before it was durable, and both what made it so and what noted it are taken away. */
export const failedSyncs: Setting = onDisk(
  "one in five calls of the disk fails after it took effect, the power is cut and the floor is deleted, 3 times",
  3,
  ({ atMs, part }) => [
    { kind: "power-cut", atMs, downMs: part(0.07) },
    { kind: "delete-floor", atMs: atMs + part(0.03) },
  ],
  ({ agents, disk }, part) => ({
    agents: agents.map((agent) => ({ ...agent, termMs: part(0.3), leaving: "release" as const })),
    disk: { ...disk, failAfter: 0.2 },
  }),
);

/** Stopped between the last look at the lease and the write that it covers. */
export const dawdlers: Setting = {
  what: "writes come late, 6 pauses of 1.3 leases",
  of: (plan) => {
    const agents = plan.agents.map((agent) => ({ ...agent, dawdleMs: partOf(plan)(0.2) }));
    return more({ ...plan, store: "file", agents }, 6, pauseOf(agents, 1.3));
  },
};

export const pauses: Setting = {
  what: "6 pauses of 0.87 leases; what was lost is released",
  of: (plan) => {
    const agents = alike(plan.agents).map((agent) => ({ ...agent, releasesAfterLoss: true }));
    return more({ ...plan, store: "file", agents }, 6, pauseOf(agents, 0.87));
  },
};

/** Answers come late, and find their process stopped. */
export const lateAnswers: Setting = {
  what: "a slow network, 8 pauses of 0.67 leases",
  of: (plan) => {
    const network = { dropRequest: 0.05, dropResponse: 0.05, delay: 0.5, longestDelayMs: partOf(plan)(0.1) };
    const agents = alike(plan.agents);
    return more({ ...plan, store: "network", network, agents }, 8, pauseOf(agents, 0.67));
  },
};

/** Everybody has seen what was there. */
export const restoredServers: Setting = {
  what: "a server is put back with its floor, 4 times; terms are short",
  of: (plan) => {
    const part = partOf(plan);
    const agents = plan.agents.map((agent) => ({ ...agent, termMs: part(0.2), leaving: "release" as const }));
    return more({ ...plan, store: "network", agents }, 4, ({ atMs }) => [
      { kind: "restore-server", atMs, lostMs: part(0.5) },
    ]);
  },
};

export const restoredUnderWay: Setting = {
  what: "a server is put back with its floor, 4 times, while messages take up to half a lease",
  of: (plan) => {
    const part = partOf(plan);
    const network = { dropRequest: 0, dropResponse: 0, delay: 0.5, longestDelayMs: part(0.5) };
    return more({ ...plan, store: "network", network }, 4, ({ atMs }) => [
      { kind: "restore-server", atMs, lostMs: part(1) },
    ]);
  },
};

/** Another mechanism led before. */
export const adopted: Setting = {
  what: "another mechanism had issued epochs up to 41",
  of: (plan) => ({
    ...plan,
    agents: plan.agents.map((agent) => ({ ...agent, manner: "library" as const, aboveEpoch: 41 })),
  }),
};

export const replacements: Setting = onDisk(
  "another store's journal is put in the place of this one's, 3 times",
  3,
  ({ atMs }) => [{ kind: "replace-state", atMs }],
);
