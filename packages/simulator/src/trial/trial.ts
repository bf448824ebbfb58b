import { createHash } from "node:crypto";
import { assertSafeTiming, LeaseError, resolveTiming } from "@tenure/core";
import type { TimingSettings } from "@tenure/schema";
import { faultOfPolicy, type RestartPolicy } from "@tenure/watchdog";
import { runPlan, type Outcome } from "../schedule/run-plan.ts";
import { derivedSeed, seededRandom } from "../world/random.ts";
import { drawCalendar, HOUR_MS, type TrialFault, type TrialFaultKind } from "./calendar.ts";
import { drawEpisode } from "./episode.ts";
import { leaderless } from "./leaderless.ts";
import { RestartBook, type Downtime, type RestartTotals } from "./restart-book.ts";

/** Somebody's own settings, and what they are tried against. */
export interface TrialOptions {
  readonly seed: number;
  readonly hours: number;
  readonly timing: TimingSettings;
  readonly restart: RestartPolicy;
  /** `file`: all candidates on one machine; `network`: a machine each, and a server between them. */
  readonly store: "file" | "network";
  /** Those who want to lead, the leader included. Default 2. */
  readonly candidates?: number;
  /** On average. Default 1. */
  readonly faultsPerHour?: number;
  /** Told after each fault: how many hours are through. */
  readonly onProgress?: (hours: number) => void;
  /** Looked at between faults. */
  readonly signal?: AbortSignal;
}

/** What came of all faults of one kind. */
export interface KindTotals {
  faults: number;
  losses: number;
  gaps: number;
  longestGapMs: number;
  totalGapMs: number;
}

/** What a trial found. The same seed and settings give the same, byte for byte. */
export interface TrialResult {
  readonly faults: Readonly<Partial<Record<TrialFaultKind, KindTotals>>>;
  /** Schedules in which two led at once, or another promise broke, with the seed of each. */
  readonly broken: readonly { readonly seed: number; readonly invariant: string; readonly sentence: string }[];
  readonly overlaps: number;
  readonly restarts: RestartTotals;
  /** The schedule with the longest gap, the time not counted in which the place itself was away: run it again with `runPlan`. */
  readonly worst: {
    readonly atHour: number;
    readonly fault: TrialFault;
    readonly gapMs: number;
    readonly outcome: Outcome;
  } | null;
  readonly digest: string;
}

/** No settings let anybody lead while the machine is off, or its disk, or its server. */
const AWAY: ReadonlySet<TrialFaultKind> = new Set(["power-cut", "hang-disk", "fill-disk", "slow-network"]);
const UP: Downtime = { firstMs: 0, recoveredMs: 0 };
/** Gaps below this are what a clean handover takes. */
const LEAST_GAP_MS = 1;

/**
 * Tries a timing and a restart policy for so many hours: faults come at random, each is run by the real code under virtual time, from a leader
 * in office to the next one. Restarts are decided by the watchdog's own rule over the whole time. Whatever is between faults is left out.
 * @throws LeaseError `EUNSAFETIMING`, `ECONFIG` for what no leader could be started with.
 */
export async function runTrial(options: TrialOptions): Promise<TrialResult> {
  const { seed, hours, timing, restart, store, candidates = 2, faultsPerHour = 1, onProgress, signal } = options;
  assertSafeTiming(resolveTiming(timing));
  const fault = faultOfPolicy(restart);
  if (fault !== null) throw new LeaseError("ECONFIG", fault);
  const book = new RestartBook(restart, seededRandom(derivedSeed(seed, 5)));
  const kinds: Partial<Record<TrialFaultKind, KindTotals>> = {};
  const broken: { seed: number; invariant: string; sentence: string }[] = [];
  const digest = createHash("sha256");
  let worst: TrialResult["worst"] = null;
  let worstBeyondMs = Number.NEGATIVE_INFINITY;
  let episodeSeed = derivedSeed(seed, 6) >>> 0;
  for (const each of drawCalendar(seededRandom(derivedSeed(seed, 4)), { hours, perHour: faultsPerHour, store })) {
    signal?.throwIfAborted();
    const isCrash = each.kind === "crash" || each.kind === "crash-loop";
    const down = isCrash ? book.fail(each.atMs, each.kind === "crash" ? 0 : each.forMs) : UP;
    episodeSeed = (episodeSeed + 1) >>> 0;
    const { plan, standstill } = drawEpisode({ seed: episodeSeed, store, timing, candidates, fault: each, down });
    const outcome = await runPlan(plan);
    const gap = leaderless(outcome, standstill);
    digest.update(outcome.digest);
    for (const { invariant, sentence } of outcome.violations) broken.push({ seed: episodeSeed, invariant, sentence });
    const totals = (kinds[each.kind] ??= { faults: 0, losses: 0, gaps: 0, longestGapMs: 0, totalGapMs: 0 });
    totals.faults += 1;
    totals.losses += gap.losses;
    if (gap.longestMs >= LEAST_GAP_MS) totals.gaps += 1;
    totals.totalGapMs += gap.totalMs;
    totals.longestGapMs = Math.max(totals.longestGapMs, gap.longestMs);
    const beyondMs = gap.longestMs - (AWAY.has(each.kind) ? each.forMs : 0);
    if (beyondMs > worstBeyondMs) {
      worstBeyondMs = beyondMs;
      worst = { atHour: each.atMs / HOUR_MS, fault: each, gapMs: gap.longestMs, outcome };
    }
    onProgress?.(each.atMs / HOUR_MS);
    // Virtual time never waits; whoever wants to stop this is heard here.
    await new Promise((resolve) => void setImmediate(resolve));
  }
  return {
    faults: kinds,
    broken,
    overlaps: broken.filter(({ invariant }) => invariant === "I1").length,
    restarts: book.totals,
    worst,
    digest: digest.update(JSON.stringify([kinds, book.totals])).digest("hex"),
  };
}
