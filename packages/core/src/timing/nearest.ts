import type { Timing, TimingSettings } from "@tenure/schema";
import { resolveTiming } from "./resolve.ts";
import { isSafe, show } from "./rules.ts";

export interface NearestSafeTiming {
  readonly timing: Timing;
  /** What to set, in words. */
  readonly change: string;
}

type Direction = "up" | "down";

/** What may be moved to become safe. S, ρ and lockDelay are facts of the user's world and stay. */
const moves: readonly (readonly [keyof TimingSettings & keyof typeof symbols, Direction])[] = [
  ["leaseDurationMs", "up"],
  ["renewIntervalMs", "down"],
  ["renewDeadlineMs", "down"],
  ["renewDeadlineMs", "up"],
  ["requestTimeoutMs", "down"],
];

const symbols = {
  leaseDurationMs: "leaseDuration",
  renewIntervalMs: "renewInterval",
  renewDeadlineMs: "renewDeadline",
  requestTimeoutMs: "requestTimeout",
} as const;

/** Finest and coarsest step of the search. */
const STEP = 1.05;
const FURTHEST = 1e6;

/** The safe timing that differs from `timing` by the smallest relative change of one setting; the rest stays or is derived anew. */
export function nearestSafeTiming(timing: Timing): NearestSafeTiming {
  const settings = settingsOf(timing);
  let nearest: (NearestSafeTiming & { readonly distance: number }) | undefined;
  for (const [key, direction] of moves) {
    const value = moveUntilSafe(settings, key, timing[key], direction);
    if (value === undefined) continue;
    const distance = Math.abs(Math.log(value / timing[key]));
    if (nearest !== undefined && nearest.distance <= distance) continue;
    nearest = {
      distance,
      timing: resolveTiming({ ...settings, [key]: value }),
      change: `${symbols[key]} ${show(value)}`,
    };
  }
  return (
    nearest ?? { timing: resolveTiming(), change: "none by one change; leave all but leaseDuration to be derived" }
  );
}

/** What must have been set by hand: whatever is not as it is derived from the rest. */
function settingsOf(timing: Timing): TimingSettings {
  const settings: Record<string, number> = { leaseDurationMs: timing.leaseDurationMs };
  for (const key of [
    "renewIntervalMs",
    "requestTimeoutMs",
    "stopTimeoutMs",
    "lockDelayMs",
    "jitterFactor",
    "clockRateError",
    "clockGranularityMs",
    "renewDeadlineMs",
  ] as const) {
    if (resolveTiming(settings)[key] !== timing[key]) settings[key] = timing[key];
  }
  return settings;
}

/** The value nearest to `from` that is safe, to the millisecond where it is larger than one. */
function moveUntilSafe(
  settings: TimingSettings,
  key: keyof typeof symbols,
  from: number,
  direction: Direction,
): number | undefined {
  const safeAt = (value: number): boolean => isSafe(resolveTiming({ ...settings, [key]: value }));
  const round = direction === "up" ? Math.ceil : Math.floor;
  let unsafe = from;
  for (let factor = STEP; factor < FURTHEST; factor *= STEP) {
    const value = round(direction === "up" ? from * factor : from / factor);
    if (value < 1 || value > 366 * 24 * 3_600_000) return undefined;
    if (safeAt(value)) return bisect(unsafe, value, round, safeAt);
    unsafe = value;
  }
  return undefined;
}

function bisect(
  unsafe: number,
  safe: number,
  round: (value: number) => number,
  safeAt: (value: number) => boolean,
): number {
  let [bad, good] = [unsafe, safe];
  for (;;) {
    const middle = round((bad + good) / 2);
    if (middle === good || middle === bad) return good;
    if (safeAt(middle)) good = middle;
    else bad = middle;
  }
}
