import { scenario, type Scenario } from "./scenario.ts";

const rule = "fence";
const wakes = [10_400, 12_900, 15_400].map((atMs) => ({ kind: "pause", agent: 0, forMs: 20_000, atMs }) as const);

export const fence: readonly Scenario[] = [
  scenario({
    name: "a holder is stopped between its last look and its write",
    rule,
    seeds: 4,
    agents: [{ dawdleMs: 2_400 }, {}],
    events: wakes,
  }),
  scenario({
    name: "the same across a network",
    rule,
    seeds: 4,
    agents: [{ dawdleMs: 2_400 }, {}],
    events: wakes,
    world: { store: "network" },
  }),
];
