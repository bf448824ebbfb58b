import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { nodeReleases } from "@tenure/package-checks/nodes";
import { expect, test } from "vitest";
import type { Total } from "../src/many/tally.ts";

/** What two cores run in two to three minutes; the count is part of the title so that a report shows it. */
const SCHEDULES = 50_000;
/** Each of these must have happened somewhere in them: a fault that never occurs proves nothing. */
const KINDS = [
  "EMFILE",
  "append crash-after",
  "append crash-before",
  "append fail-after",
  "append fail-before",
  "append slow",
  "append torn",
  "back-up",
  "change-rate",
  "child hangs",
  "container",
  "death",
  "delay",
  "escapee",
  "delete-floor",
  "delete-state",
  "drop-request",
  "drop-response",
  "failover",
  "fork fails",
  "guard lost",
  "fill-disk",
  "garbage",
  "hang-disk",
  "kill",
  "kill-child",
  "leave-zombies",
  "move",
  "one-shot",
  "overwritten: a-beat",
  "overwritten: an-earlier-one",
  "overwritten: another",
  "partition",
  "pause",
  "pause-lease",
  "power-cut",
  "ramp",
  "read-only",
  "reboot",
  "recycled-pid",
  "recycled-pid of a child",
  "request-transfer",
  "restore",
  "restored seen",
  "restored unseen",
  "resume-lease",
  "revoke",
  "side-car",
  "slow-network",
  "stall",
  "starve",
  "status",
  "step-wall",
  "stop-child",
  "suspend",
  "sync fail-before",
  "sync slow",
  "sync torn",
  "terminate",
  "truncate",
  "watchdog",
  "wedge-child",
  "write crash-before",
  "write fail-before",
  "write slow",
];

test(
  `${SCHEDULES} schedules break no promise, every kind of fault occurs in them, and each verdict rests on something`,
  async ({ signal }) => {
    const { schedules, broken, faults, evidence } = await run(["--schedules", String(SCHEDULES)], signal);
    expect(broken).toEqual([]);
    expect(schedules).toBe(SCHEDULES);
    expect(KINDS.filter((kind) => (faults[kind] ?? 0) < 20)).toEqual([]);
    const checked = ["I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I10"];
    expect(checked.filter((id) => (evidence[id] ?? 0) < 1_000)).toEqual([]);
  },
  15 * 60_000,
);

/** From the build, on all cores, with the newest release of Node that is here: it runs half as many again in a second. */
async function run(args: readonly string[], signal: AbortSignal): Promise<Total> {
  const script = fileURLToPath(new URL("../dist/run.js", import.meta.url));
  const newest = nodeReleases.findLast(({ present }) => present)?.path ?? process.execPath;
  const child = spawn(newest, [script, ...args, "--json"], { stdio: ["ignore", "pipe", "inherit"], signal });
  const [told] = await Promise.all([text(child.stdout), once(child, "exit")]);
  return JSON.parse(told) as Total;
}
