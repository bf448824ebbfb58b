import { resolveTiming } from "@tenure/core";
import type { TrialDocument } from "@tenure/schema";
import type { TrialOptions, TrialResult } from "@tenure/simulator";
import { settingsFor } from "../context.ts";
import { interruptible } from "../interrupt.ts";
import type { RestartFlags, StoreFlags, TimingFlags } from "../options.ts";
import { paletteFor } from "../output/colour.ts";
import { passing, PASSED } from "../output/passing.ts";
import { print, tell } from "../output/print.ts";
import { columnsOf } from "../output/terminal.ts";
import { usablePolicyOf } from "../settings/restart-policy.ts";
import { timingOf } from "../settings/settings.ts";
import { trialInWords } from "./trial-text.ts";

export interface TrialFlags extends StoreFlags, TimingFlags, RestartFlags {
  readonly hours: number;
  readonly seed: number;
  readonly candidates: number;
  readonly faultsPerHour: number;
}

/** Tries the settings in force for so many hours, and says what came of it. Exit 1 when a promise was broken. */
export async function tryHours(name: string | undefined, flags: TrialFlags): Promise<void> {
  const { runTrial, drawTimeline } = await import("@tenure/simulator");
  const settings = await settingsFor(flags, name);
  const { values } = settings;
  const { hours, seed, candidates, faultsPerHour, json = false } = flags;
  const store = values.store === undefined ? "file" : "network";
  const timing = timingOf(values);
  const policy = usablePolicyOf(settings);
  const common = { seed, hours, store, candidates, faultsPerHour } as const;
  const result = await withProgress({ ...common, timing, restart: policy }, json, runTrial);
  const { worst } = result;
  const document: TrialDocument = {
    ...common,
    timing: resolveTiming(timing),
    policy: { ...policy },
    overlaps: result.overlaps,
    broken: bySeed(result.broken),
    faults: { ...result.faults },
    restarts: { ...result.restarts },
    worst: worst && {
      kind: worst.fault.kind,
      atHour: worst.atHour,
      forMs: worst.fault.forMs,
      gapMs: worst.gapMs,
      timeline: drawTimeline(worst.outcome, { brief: true }).trimEnd().split("\n"),
    },
    digest: result.digest,
  };
  if (document.broken.length > 0) process.exitCode = 1;
  if (json) return print(`${JSON.stringify(document)}\n`);
  print(trialInWords(document, paletteFor("stdout"), columnsOf("stdout")));
}

async function withProgress(
  options: TrialOptions,
  json: boolean,
  runTrial: (options: TrialOptions) => Promise<TrialResult>,
): Promise<TrialResult> {
  const isShown = process.stderr.isTTY && !json;
  let shown = -1;
  const onProgress = (hours: number): void => {
    const percent = Math.floor((100 * hours) / options.hours);
    if (!isShown || percent === shown) return;
    shown = percent;
    tell(passing(`${Math.floor(hours)} of ${options.hours} hours (${percent} %)`));
  };
  return await interruptible("simulating", (signal) => runTrial({ ...options, onProgress, signal })).finally(() => {
    if (isShown) tell(PASSED);
  });
}

function bySeed(broken: TrialResult["broken"]): TrialDocument["broken"] {
  const schedules = new Map<number, TrialDocument["broken"][number]>();
  for (const { seed, invariant, sentence } of broken) {
    const schedule = schedules.get(seed) ?? { seed, violations: [] };
    schedule.violations.push({ invariant, sentence });
    schedules.set(seed, schedule);
  }
  return [...schedules.values()];
}
