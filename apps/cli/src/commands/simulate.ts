import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { counted } from "@tenure/diagnostics";
import type { SimulationDocument } from "@tenure/schema";
import type { Outcome } from "@tenure/simulator";
import { Option, type Command } from "commander";
import { usageError } from "../failure.ts";
import { interruptible } from "../interrupt.ts";
import {
  refuseIdle,
  restartOptions,
  storeOptions,
  timingOptions,
  type RestartFlags,
  type StoreFlags,
  type TimingFlags,
} from "../options.ts";
import { PASSED, passing } from "../output/passing.ts";
import { print, printDocument, tell } from "../output/print.ts";
import { tryHours } from "../simulate/trial.ts";
import { verb } from "./verb.ts";

interface SimulateFlags extends StoreFlags, TimingFlags, RestartFlags {
  readonly hours?: number;
  readonly candidates: number;
  readonly faultsPerHour: number;
  readonly schedules: number;
  readonly seed: number;
  readonly replay?: number;
  readonly json?: boolean;
}

/** What has a meaning without --hours, or a default. */
const OF_SCHEDULES: ReadonlySet<string> = new Set([
  "schedules",
  "seed",
  "replay",
  "json",
  "candidates",
  "faultsPerHour",
]);
const PROGRESS_EVERY = 20;

export function simulate(program: Command): void {
  const command = verb(program, "simulate [name]", {
    summary: "Try your settings, or the lease code itself, under faults drawn by chance",
    does: "Run the lease code under virtual time, on simulated machines that go wrong. With --hours: what your timing and restart policy come to (losses, gaps, restarts; the worst schedule drawn). Without: whether this build breaks a promise; exit 1 when one was broken",
    json: "one document on stdout (tenure schema simulation; of --hours: trial)",
    examples: [
      ["tenure simulate --config tenure.config.json --hours 10000", "my settings, for more than a year"],
      ["tenure simulate --hours 1000 --ttl 5s --restart on-failure", "what if"],
      ["tenure simulate --schedules 1000", "is this build sound?"],
      ["tenure simulate --schedules 1000 --seed 5000", "with other schedules"],
      ["tenure simulate --replay 42", "all that happened in one of them"],
    ],
    exitCodes: ["1  a promise was broken: its seed is printed, and how to replay it"],
  })
    .addOption(new Option("--schedules <count>", "how many").argParser(whole("--schedules", 1)).default(100))
    .addOption(
      new Option("--seed <number>", "of the first one; the others follow").argParser(whole("--seed", 0)).default(1),
    )
    .addOption(
      new Option(
        "--replay <seed>",
        "draw one schedule as a timeline; a broken one also as short as it can be",
      ).argParser(whole("--replay", 0)),
    )
    .addOption(new Option("--hours <count>", "try the settings in force for so long").argParser(whole("--hours", 1)))
    .addOption(
      new Option("--candidates <count>", "with --hours: how many want to lead, 5 at most")
        .argParser(whole("--candidates", 1, 5))
        .default(2),
    )
    .addOption(new Option("--faults-per-hour <number>", "with --hours: on average").argParser(positive).default(1));
  restartOptions(timingOptions(storeOptions(command))).action((name: string | undefined, flags: SimulateFlags) => {
    const { hours, replay: seed } = flags;
    if (hours !== undefined && seed !== undefined) throw usageError("--hours and --replay exclude each other");
    if (hours !== undefined) {
      refuseIdle(command, ["schedules"], "without --hours");
      return tryHours(name, { ...flags, hours });
    }
    refuseIdle(command, ["candidates", "faultsPerHour"], "with --hours");
    const isSetting = Object.keys(flags).some((flag) => !OF_SCHEDULES.has(flag));
    if (name !== undefined || isSetting)
      throw usageError("settings are tried for a time: say for how long, as in tenure simulate --hours 1000");
    return seed === undefined ? perform(flags) : replay(seed, flags);
  });
}

async function perform({ schedules, seed, json = false }: SimulateFlags): Promise<void> {
  const { runSchedule } = await import("@tenure/simulator");
  const tally = new Tally(seed);
  const isShown = process.stderr.isTTY && !json;
  await interruptible("simulating", async (signal) => {
    for (let next = seed; next < seed + schedules; next += 1) {
      tally.add(await runSchedule({ seed: next }));
      if (isShown && tally.schedules % PROGRESS_EVERY === 0)
        tell(passing(`${tally.schedules} of ${schedules} schedules`));
      // Virtual time never waits, so signals are only heard here.
      await setImmediate();
      signal.throwIfAborted();
    }
  }).finally(() => {
    if (isShown) tell(PASSED);
  });
  report(tally, json);
}

async function replay(seed: number, { json = false }: SimulateFlags): Promise<void> {
  const { drawPlan, drawTimeline, runPlan, shrink } = await import("@tenure/simulator");
  const outcome = await runPlan(drawPlan(seed));
  if (json) {
    const tally = new Tally(seed);
    tally.add(outcome);
    return report(tally, json);
  }
  print(drawTimeline(outcome));
  const [violation] = outcome.violations;
  if (violation === undefined) return;
  process.exitCode = 1;
  print("\nThe same with as little as possible:\n\n");
  print(drawTimeline(await runPlan(await shrink(outcome.plan, violation.invariant))));
}

function report(tally: Tally, json: boolean): void {
  const { document } = tally;
  const { broken, schedules, seed } = document;
  if (broken.length > 0) process.exitCode = 1;
  if (json) return printDocument(document);
  for (const { seed, violations } of broken) {
    for (const { invariant, sentence } of violations) print(`seed ${seed}: ${invariant} ${sentence}\n`);
    print(`  replay it: tenure simulate --replay ${seed}\n`);
  }
  const faults = Object.values(document.faults).reduce((sum, count) => sum + count, 0);
  const result = broken.length === 0 ? "no promise was broken" : `a promise was broken in ${broken.length}`;
  const through = schedules === 1 ? `seed ${seed}` : `seeds ${seed} to ${seed + schedules - 1}`;
  print(
    `${counted(schedules, "schedule")} (${through}), ${counted(faults, "fault")} of ${counted(Object.keys(document.faults).length, "kind")}: ${result}\n`,
  );
}

/** What came of all schedules together. */
class Tally {
  schedules = 0;
  readonly #seed: number;
  readonly #broken: SimulationDocument["broken"] = [];
  readonly #evidence: Record<string, number> = {};
  readonly #faults: Record<string, number> = {};
  readonly #digests: string[] = [];

  constructor(seed: number) {
    this.#seed = seed;
  }

  add({ plan, violations, evidence, faults, digest }: Outcome): void {
    this.schedules += 1;
    this.#digests.push(digest);
    for (const [id, count] of Object.entries(evidence)) this.#evidence[id] = (this.#evidence[id] ?? 0) + count;
    for (const [kind, count] of Object.entries(faults)) this.#faults[kind] = (this.#faults[kind] ?? 0) + count;
    if (violations.length === 0) return;
    const told = violations.map(({ invariant, sentence }) => ({ invariant, sentence }));
    this.#broken.push({ seed: plan.seed, violations: told });
  }

  get document(): SimulationDocument {
    return {
      seed: this.#seed,
      schedules: this.schedules,
      broken: this.#broken,
      evidence: this.#evidence,
      faults: Object.fromEntries(Object.entries(this.#faults).toSorted(([a], [b]) => (a < b ? -1 : 1))),
      digest: digestOf(this.#digests),
    };
  }
}

function whole(option: string, least: number, most: number = Number.POSITIVE_INFINITY): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d{1,9}$/u.test(text) && value >= least && value <= most) return value;
    const range = most === Number.POSITIVE_INFINITY ? `from ${least} on` : `from ${least} to ${most}`;
    throw usageError(`${option} takes a whole number ${range}, and ${JSON.stringify(text)} is none`);
  };
}

const MOST_FAULTS_PER_HOUR = 3_600;

function positive(text: string): number {
  const value = Number(text);
  if (/^\d{1,6}(?:\.\d{1,6})?$/u.test(text) && value > 0 && value <= MOST_FAULTS_PER_HOUR) return value;
  throw usageError(
    `--faults-per-hour takes a number above 0, at most ${MOST_FAULTS_PER_HOUR}, and ${JSON.stringify(text)} is none`,
  );
}

function digestOf(digests: readonly string[]): string {
  return createHash("sha256").update(digests.join()).digest("hex");
}
