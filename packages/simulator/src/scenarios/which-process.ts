import { scenario, type Scenario } from "./scenario.ts";

const rule = "which process";

export const whichProcess: readonly Scenario[] = [
  scenario({
    name: "a leader dies, and the process that beats for it lives on",
    rule,
    agents: [{ manner: "side-car", downMs: 30_000 }, {}],
    events: [{ kind: "kill", agent: 0, atMs: 10_000 }],
  }),
  scenario({
    name: "a leader is stopped, and the process that beats for it runs on",
    rule,
    agents: [{ manner: "side-car" }, {}],
    events: [{ kind: "pause", agent: 0, forMs: 30_000, atMs: 10_000 }],
  }),
  scenario({
    name: "two processes under one name",
    rule,
    agents: [{ holderIdentity: "twin" }, { holderIdentity: "twin" }],
    events: [{ kind: "pause", agent: 0, forMs: 9_000, atMs: 10_000 }],
  }),
  scenario({
    name: "a successor under the name of a dead process in a container",
    rule,
    agents: [
      { holderIdentity: "twin", container: 1, downMs: 1 },
      { holderIdentity: "twin", container: 2 },
    ],
    events: [{ kind: "kill", agent: 0, atMs: 10_000 }],
  }),
  ...(["another", "an-earlier-one", "a-beat"] as const).map((what) =>
    scenario({
      name: `somebody writes to the server past the protocol: ${what}`,
      rule,
      agents: [
        { termMs: 8_000, leaving: "release" },
        { termMs: 8_000, leaving: "release" },
      ],
      events: [12_000, 22_000, 32_000].map((atMs) => ({ kind: "overwrite", what, atMs }) as const),
      world: { store: "network" },
    }),
  ),
];
