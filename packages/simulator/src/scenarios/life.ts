import { scenario, type Scenario } from "./scenario.ts";

const rule = "renewal is coupled to life, and leaving is instant";

export const life: readonly Scenario[] = [
  scenario({ name: "a holder is killed", rule, events: [{ kind: "kill", agent: 0, atMs: 10_000 }] }),
  scenario({ name: "a holder forgets to renew", rule, agents: [{ termMs: 6_000, leaving: "neglect" }, {}] }),
  scenario({
    name: "a holder hardly runs",
    rule,
    events: [{ kind: "starve", agent: 0, forMs: 30_000, latenessMs: 4_000, atMs: 8_000 }],
  }),
  scenario({
    name: "no notice of a change ever comes",
    rule,
    agents: [{ termMs: 5_000, leaving: "release" }, {}],
    world: { lostNotices: 1 },
  }),
  scenario({
    name: "a holder is cut off from the server",
    rule,
    events: [{ kind: "partition", agent: 0, forMs: 40_000, atMs: 10_000 }],
    world: { store: "network" },
  }),
  scenario({
    name: "the network grows slower and slower",
    rule,
    seeds: 4,
    events: [2_000, 4_000, 9_000].map(
      (upToMs, index) => ({ kind: "slow-network", forMs: 8_000, upToMs, atMs: 8_000 * (index + 1) }) as const,
    ),
    world: { store: "network" },
  }),
];
