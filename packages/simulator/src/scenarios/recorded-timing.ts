import { scenario, type Scenario } from "./scenario.ts";

const rule = "L, D and lockDelay are in the record";

export const recordedTiming: readonly Scenario[] = [
  scenario({
    name: "an impatient candidate, and a holder with a long lease that is stopped",
    rule,
    agents: [{}, { timing: { leaseDurationMs: 5_000 }, startMs: 500 }],
    events: [{ kind: "pause", agent: 0, forMs: 9_000, atMs: 10_000 }],
  }),
  scenario({
    name: "a candidate without a lock delay waits out the holder's",
    rule,
    agents: [{ timing: { leaseDurationMs: 5_000, lockDelayMs: 3_000 } }, { timing: { leaseDurationMs: 5_000 } }],
    events: [{ kind: "pause", agent: 0, forMs: 20_000, atMs: 10_000 }],
  }),
];
