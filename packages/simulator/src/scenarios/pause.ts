import { scenario, type Scenario } from "./scenario.ts";

const rule = "pause";
const turns = [
  { termMs: 6_000, leaving: "release" },
  { termMs: 6_000, leaving: "release" },
] as const;

export const pause: readonly Scenario[] = [
  scenario({
    name: "a lease is paused while somebody leads, who then leaves",
    rule,
    agents: turns,
    events: [{ kind: "pause-lease", forMs: 20_000, atMs: 4_000 }],
  }),
  scenario({
    name: "a holder dies in a pause, which is lifted later",
    rule,
    events: [
      { kind: "pause-lease", forMs: 600_000, atMs: 8_000 },
      { kind: "kill", agent: 0, atMs: 10_000 },
      { kind: "resume-lease", atMs: 30_000 },
    ],
  }),
  scenario({
    name: "a pause gives a holder that is stopped no more time than it had",
    rule,
    events: [
      { kind: "pause", agent: 0, forMs: 9_000, atMs: 10_000 },
      { kind: "pause-lease", forMs: 3_000, atMs: 10_500 },
    ],
  }),
  scenario({
    name: "a pause ends by itself, across a network with a server that cannot be reached",
    rule,
    seeds: 3,
    agents: turns,
    events: [
      { kind: "pause-lease", forMs: 12_000, atMs: 5_000 },
      { kind: "partition", agent: 0, forMs: 8_000, atMs: 9_000 },
    ],
    world: { store: "network", rates: [0.9905, 1.0095] },
  }),
];
