import { noDiskFaults } from "../world/disk-faults.ts";
import { scenario, type Scenario } from "./scenario.ts";

const rule = "what is acknowledged is durable";
const turns = [
  { termMs: 2_500, leaving: "release", downMs: 10 },
  { termMs: 2_500, leaving: "release", downMs: 10 },
] as const;
const cuts = [8_003, 14_001, 21_002, 29_004].map((atMs) => ({ kind: "power-cut", downMs: 100, atMs }) as const);

export const disk: readonly Scenario[] = [
  scenario({ name: "power cuts", rule, seeds: 10, agents: turns, events: cuts }),
  scenario({
    name: "power cuts on a slow disk",
    rule,
    seeds: 10,
    agents: turns,
    events: cuts,
    world: { disk: { ...noDiskFaults, slow: 0.4, longestDelayMs: 800 } },
  }),
  scenario({
    name: "processes die at any call, and the power goes",
    rule,
    seeds: 10,
    agents: turns,
    events: cuts,
    world: { disk: { ...noDiskFaults, crashBefore: 0.04, crashAfter: 0.04 } },
  }),
  scenario({
    name: "syncs fail, and the power goes",
    rule,
    seeds: 10,
    agents: turns,
    events: cuts,
    world: { disk: { ...noDiskFaults, tornWrite: 0.06 } },
  }),
  scenario({
    name: "torn writes",
    rule,
    seeds: 5,
    agents: turns,
    world: { disk: { ...noDiskFaults, tornWrite: 0.2 } },
  }),
  scenario({
    name: "segments end while others write",
    rule,
    seeds: 5,
    agents: turns,
    world: { segmentBytes: 2_500, disk: { ...noDiskFaults, crashBefore: 0.02, slow: 0.3, longestDelayMs: 300 } },
  }),
  scenario({
    name: "somebody writes garbage",
    rule,
    events: [
      { kind: "garbage", text: "half a li", atMs: 8_000 },
      { kind: "garbage", text: '{"seq":1}\n', atMs: 12_000 },
    ],
  }),
  scenario({
    name: "the disk is full, then read-only",
    rule,
    agents: turns,
    events: [
      { kind: "fill-disk", forMs: 4_000, atMs: 8_000 },
      { kind: "read-only", forMs: 4_000, atMs: 20_000 },
    ],
  }),
  scenario({
    name: "the disk hangs for longer than a lease",
    rule,
    events: [{ kind: "hang-disk", forMs: 25_000, atMs: 10_000 }],
  }),
];
