import { scenario, type Scenario } from "./scenario.ts";

const rule = "which store";
const turns = [
  { termMs: 4_000, leaving: "release" },
  { termMs: 4_000, leaving: "release" },
] as const;
const adopted = [
  { ...turns[0], aboveEpoch: 41 },
  { ...turns[1], aboveEpoch: 41 },
];

export const whichStore: readonly Scenario[] = [
  scenario({
    name: "the journal of another store, where the lease is free, is put in the place of this one's",
    rule,
    events: [{ kind: "replace-state", atMs: 12_000 }],
  }),
  scenario({
    name: "a copy of the state folder is led in as well: nobody is kept out, but no epoch comes twice and the fence holds",
    rule,
    notPromised: "I1",
    agents: [
      { termMs: 28_000, leaving: "release" },
      { ...turns[1], inCopy: true, startMs: 9_000 },
      { ...turns[0], inCopy: true, startMs: 9_500 },
    ],
    events: [{ kind: "copy-state", atMs: 8_000 }],
  }),
  scenario({
    name: "a lease that another mechanism led begins above its epochs",
    rule,
    agents: adopted,
    events: [{ kind: "kill", agent: 0, atMs: 9_000 }],
  }),
  scenario({
    name: "the same across a network, and its server comes back with an older state",
    rule,
    agents: adopted,
    events: [{ kind: "failover", lostMs: 9_000, atMs: 20_000 }],
    world: { store: "network" },
  }),
];
