import { scenario, type Scenario } from "./scenario.ts";

const rule = "release";

export const release: readonly Scenario[] = [
  scenario({
    name: "a lease goes from hand to hand",
    rule,
    agents: [
      { termMs: 4_000, leaving: "release" },
      { termMs: 4_000, leaving: "release" },
    ],
  }),
  scenario({
    name: "a holder wakes after its successor has begun, and releases what it had",
    rule,
    agents: [{ releasesAfterLoss: true }, {}],
    events: [{ kind: "pause", agent: 0, forMs: 20_000, atMs: 10_000 }],
  }),
  scenario({
    name: "releases whose answers are lost",
    rule,
    seeds: 5,
    agents: [
      { termMs: 3_000, leaving: "release" },
      { termMs: 3_000, leaving: "release" },
    ],
    world: { store: "network", network: { dropRequest: 0, dropResponse: 0.3, delay: 0, longestDelayMs: 0 } },
  }),
];
