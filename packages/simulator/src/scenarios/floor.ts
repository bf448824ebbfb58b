import { scenario, type Scenario } from "./scenario.ts";

const rule = "floor";
const turns = [
  { termMs: 4_000, leaving: "release" },
  { termMs: 4_000, leaving: "release" },
] as const;

export const floor: readonly Scenario[] = [
  scenario({
    name: "the state folder is deleted while its holder is stopped",
    rule,
    agents: [{}, { timing: { leaseDurationMs: 5_000 } }],
    events: [
      { kind: "pause", agent: 0, forMs: 9_500, atMs: 10_000 },
      { kind: "delete-state", atMs: 10_200 },
    ],
  }),
  scenario({
    name: "an old copy of the journal is put back",
    rule,
    agents: turns,
    events: [
      { kind: "back-up", atMs: 6_000 },
      { kind: "restore", atMs: 25_000 },
    ],
  }),
  scenario({
    name: "the end of the journal is cut off",
    rule,
    agents: turns,
    events: [{ kind: "truncate", bytes: 3_000, atMs: 25_000 }],
  }),
  scenario({
    name: "the floor folder is deleted",
    rule,
    agents: turns,
    events: [{ kind: "delete-floor", atMs: 20_000 }],
  }),
  scenario({
    name: "a server comes back with an older state",
    rule,
    seeds: 3,
    agents: turns,
    events: [{ kind: "failover", lostMs: 9_000, atMs: 20_000 }],
    world: { store: "network" },
  }),
  scenario({
    name: "a server comes back with an older state and an older floor, and those who saw more do not believe it",
    rule,
    seeds: 3,
    agents: turns,
    events: [{ kind: "restore-server", lostMs: 9_000, atMs: 20_000 }],
    world: { store: "network" },
  }),
];
