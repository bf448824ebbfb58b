import { resolveTiming } from "@tenure/core";
import type { TimingSettings } from "@tenure/schema";
import type { AgentPlan, Plan, WorldEvent } from "../schedule/plan.ts";
import { noDiskFaults } from "../world/disk-faults.ts";
import { derivedSeed, seededRandom } from "../world/random.ts";
import type { TrialFault } from "./calendar.ts";
import type { Standstill } from "./leaderless.ts";
import type { Downtime } from "./restart-book.ts";

export interface EpisodeOptions {
  readonly seed: number;
  readonly store: "file" | "network";
  readonly timing: TimingSettings;
  readonly candidates: number;
  readonly fault: TrialFault;
  /** Of a command that crashed. */
  readonly down: Downtime;
}

export interface Episode {
  readonly plan: Plan;
  readonly standstill: Standstill | null;
}

const NAMES = ["blue", "green", "red", "grey", "white"];
/** The first one leads when its fault comes. */
const HEAD_START_MS = 500;
/** Longer than any schedule. */
const FOR_GOOD_MS = 1e9;
/** Of what the user says that clocks may be off by. */
const RATE_SHARE = 0.95;

/** One fault, and what of the world it needs: from a settled leader to the next one. The calm hours between are left out. */
export function drawEpisode({ seed, store, timing, candidates, fault, down }: EpisodeOptions): Episode {
  const random = seededRandom(derivedSeed(seed, 7));
  const { leaseDurationMs, requestTimeoutMs, clockRateError } = resolveTiming(timing);
  const rate = (): number => 1 + RATE_SHARE * clockRateError * (2 * random.next() - 1);
  // Where nobody else could lead, what counts is when it runs again.
  const isAlone = candidates === 1;
  const downMs = Math.round(isAlone ? down.recoveredMs : (down.firstMs ?? FOR_GOOD_MS));
  const agents = Array.from({ length: candidates }, (_, index): AgentPlan => ({
    manner: "library",
    holderIdentity: NAMES[index] ?? `candidate-${index + 1}`,
    timing,
    container: null,
    startMs: index === 0 ? 0 : HEAD_START_MS + index * 10,
    workEveryMs: Math.max(10, Math.round(leaseDurationMs / 6)),
    termMs: FOR_GOOD_MS,
    leaving: "never",
    releasesAfterLoss: true,
    downMs: index === 0 ? downMs : 1_000,
    recyclesPid: false,
    dawdleMs: 0,
  }));
  const atMs = HEAD_START_MS + 100 + Math.round((1 + random.next()) * leaseDurationMs);
  const event = eventOf(fault, atMs, { requestTimeoutMs });
  const isCrash = fault.kind === "crash" || fault.kind === "crash-loop";
  const lasts = isCrash ? (isAlone ? downMs : 1) : fault.forMs;
  return {
    plan: {
      seed,
      store,
      rates: agents.map(rate),
      agents,
      disk: { ...noDiskFaults, slow: 0.02, longestDelayMs: 20 },
      network: {
        dropRequest: 0.005,
        dropResponse: 0.005,
        delay: 0.05,
        longestDelayMs: Math.min(20, requestTimeoutMs / 4),
      },
      lostNotices: 0.01,
      segmentBytes: 4 * 1024 * 1024,
      events: [event],
      quietFromMs: atMs + lasts,
    },
    standstill: fault.kind === "pause" ? { fromMs: atMs, untilMs: atMs + fault.forMs, ledFromMs: HEAD_START_MS } : null,
  };
}

function eventOf(
  { kind, forMs }: TrialFault,
  atMs: number,
  { requestTimeoutMs }: { readonly requestTimeoutMs: number },
): WorldEvent {
  switch (kind) {
    case "crash":
    case "crash-loop":
      return { kind: "kill", agent: 0, atMs };
    case "pause":
    case "partition":
      return { kind, agent: 0, forMs, atMs };
    case "starve":
      // So late that the longest of it hurts, and a short one does not.
      return { kind, agent: 0, forMs, latenessMs: Math.min(forMs, 10_000), atMs };
    case "step-wall":
      return { kind, byMs: forMs % 2 === 0 ? 3_600_000 : -3_600_000, atMs };
    case "power-cut":
      return { kind, downMs: forMs, atMs };
    case "slow-network":
      return { kind, forMs, upToMs: 2 * requestTimeoutMs, atMs };
    case "suspend":
    case "hang-disk":
    case "fill-disk":
      break;
  }
  return { kind, forMs, atMs };
}
