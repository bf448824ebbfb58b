import { noDiskFaults } from "../world/disk-faults.ts";
import { scenario, type Scenario } from "./scenario.ts";

const rule = "one-shot verbs";
const script = { manner: "one-shot", timing: { leaseDurationMs: 15_000 } } as const;

export const oneShotVerbs: readonly Scenario[] = [
  scenario({
    name: "a script leads by commands, and another waits",
    rule,
    agents: [{ ...script, termMs: 9_000, leaving: "release" }, script],
  }),
  scenario({
    name: "a script is stopped past its deadline, and renews when it goes on",
    rule,
    agents: [script, {}],
    events: [{ kind: "pause", agent: 0, forMs: 20_000, atMs: 12_000 }],
  }),
  scenario({
    name: "nobody waits, but what each saw first counts",
    rule,
    agents: [{ ...script, termMs: 5_000, leaving: "neglect" }, script],
  }),
  scenario({
    name: "commands die at any call",
    rule,
    seeds: 6,
    agents: [script, script],
    world: { disk: { ...noDiskFaults, crashBefore: 0.03, crashAfter: 0.03 } },
  }),
];
