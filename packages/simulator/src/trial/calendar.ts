import type { Random } from "../world/random.ts";

/** What goes wrong in a trial: always with who leads, or with what it stands on. */
export const trialFaultKinds = {
  file: ["crash", "crash-loop", "pause", "starve", "step-wall", "hang-disk", "fill-disk", "power-cut"],
  network: ["crash", "crash-loop", "pause", "starve", "step-wall", "suspend", "partition", "slow-network"],
} as const;

export type TrialFaultKind = (typeof trialFaultKinds)["file" | "network"][number];

export interface TrialFault {
  readonly kind: TrialFaultKind;
  /** From the beginning of the trial. */
  readonly atMs: number;
  /** How long it lasts; of a crash loop, how long the command fails the moment it is started. */
  readonly forMs: number;
}

export const HOUR_MS = 3_600_000;
/** From a hiccup to what nobody waits for. */
const SHORTEST_MS = 50;
const LONGEST_MS = 120_000;
const LONGEST_LOOP_MS = 2 * HOUR_MS;

/** Faults as they come: at random, independent of each other, `perHour` on average, each kind as often, short ones more than long ones. */
export function* drawCalendar(
  random: Random,
  { hours, perHour, store }: { readonly hours: number; readonly perHour: number; readonly store: "file" | "network" },
): Generator<TrialFault> {
  const pauseMs = (): number => (-Math.log(1 - random.next()) * HOUR_MS) / perHour;
  for (let atMs = pauseMs(); atMs < hours * HOUR_MS; atMs += pauseMs()) {
    const kind = random.pick<TrialFaultKind>(trialFaultKinds[store]);
    const longestMs = kind === "crash-loop" ? LONGEST_LOOP_MS : LONGEST_MS;
    yield { kind, atMs, forMs: Math.round(SHORTEST_MS * (longestMs / SHORTEST_MS) ** random.next()) };
  }
}
