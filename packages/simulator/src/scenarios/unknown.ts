import { noDiskFaults } from "../world/disk-faults.ts";
import { scenario, type Scenario } from "./scenario.ts";

const rule = "unknown";

export const unknown: readonly Scenario[] = [
  scenario({
    name: "writes take effect and report failure",
    rule,
    seeds: 5,
    agents: [{ termMs: 8_000, leaving: "release" }, {}],
    world: { disk: { ...noDiskFaults, failAfter: 0.3 } },
  }),
  scenario({
    name: "writes fail and have no effect",
    rule,
    seeds: 5,
    world: { disk: { ...noDiskFaults, failBefore: 0.3 } },
  }),
  scenario({
    name: "answers are lost after the commit",
    rule,
    seeds: 5,
    agents: [{ termMs: 8_000, leaving: "release" }, {}, {}],
    world: { store: "network", network: { dropRequest: 0.1, dropResponse: 0.4, delay: 0.1, longestDelayMs: 2_000 } },
  }),
  scenario({
    name: "a write arrives after it was given up",
    rule,
    seeds: 8,
    agents: [{ termMs: 8_000, leaving: "neglect" }, {}, {}],
    world: { store: "network", network: { dropRequest: 0, dropResponse: 0, delay: 0.4, longestDelayMs: 8_000 } },
  }),
];
