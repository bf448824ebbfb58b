import { scenario, type Scenario } from "./scenario.ts";

const rule = "proof of death";

export const proofOfDeath: readonly Scenario[] = [
  scenario({
    name: "a holder in another pid namespace cannot be seen, and lives",
    rule,
    agents: [{ container: 1 }, {}],
    events: [{ kind: "pause", agent: 0, forMs: 9_000, atMs: 10_000 }],
  }),
  scenario({
    name: "a stopped holder is not a dead one",
    rule,
    events: [{ kind: "pause", agent: 0, forMs: 9_000, atMs: 10_000 }],
  }),
  scenario({
    name: "another process has the number of a dead holder",
    rule,
    agents: [{ downMs: 20 }, { recyclesPid: true }, { recyclesPid: true, downMs: 20 }],
    events: [
      { kind: "kill", agent: 0, atMs: 10_000 },
      { kind: "kill", agent: 1, atMs: 14_000 },
      { kind: "kill", agent: 2, atMs: 18_000 },
    ],
  }),
  scenario({
    name: "dead holders that nobody buries",
    rule,
    events: [
      { kind: "leave-zombies", atMs: 1_000 },
      { kind: "kill", agent: 0, atMs: 10_000 },
      { kind: "kill", agent: 1, atMs: 14_000 },
    ],
  }),
  scenario({
    name: "a process of another machine has another boot id, and lives",
    rule,
    events: [{ kind: "partition", agent: 0, forMs: 9_000, atMs: 10_000 }],
    world: { store: "network" },
  }),
];
