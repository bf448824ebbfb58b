import { scenario, type Scenario } from "./scenario.ts";

const rule = "clocks";

export const clocks: readonly Scenario[] = [
  scenario({
    name: "the machine sleeps past the deadline of its holder",
    rule,
    events: [
      { kind: "suspend", forMs: 9_000, atMs: 12_000 },
      { kind: "suspend", forMs: 30_000, atMs: 30_000 },
    ],
  }),
  scenario({
    name: "the machine sleeps a little, again and again, while its disk does not answer",
    rule,
    events: [
      { kind: "hang-disk", forMs: 14_000, atMs: 10_000 },
      { kind: "suspend", forMs: 4_000, atMs: 11_000 },
      { kind: "suspend", forMs: 4_000, atMs: 16_000 },
    ],
  }),
  scenario({
    name: "clocks go faster and slower by turns, as far apart as they may",
    rule,
    agents: [{}, { timing: { leaseDurationMs: 5_000 } }, {}],
    events: Array.from({ length: 12 }, (_, index) => {
      const rate = index % 2 === 0 ? 0.9905 : 1.0095;
      return { kind: "change-rate", agent: index % 3, rate, atMs: 5_000 + 3_000 * index } as const;
    }),
    world: { store: "network" },
  }),
  scenario({
    name: "the wall clock is set an hour forward and two hours back",
    rule,
    events: [
      { kind: "step-wall", byMs: 3_600_000, atMs: 10_000 },
      { kind: "step-wall", byMs: -7_200_000, atMs: 20_000 },
    ],
  }),
  scenario({
    name: "a slow clock holds and a fast one waits",
    rule,
    events: [{ kind: "partition", agent: 0, forMs: 30_000, atMs: 10_000 }],
    world: { store: "network", rates: [0.9905, 1.0095] },
  }),
  scenario({
    name: "the answer to a renewal comes late, and the next ones never",
    rule,
    seeds: 6,
    events: [{ kind: "pause", agent: 0, forMs: 11_000, atMs: 20_000 }],
    world: { store: "network", network: { dropRequest: 0.1, dropResponse: 0.1, delay: 0.6, longestDelayMs: 900 } },
  }),
];
