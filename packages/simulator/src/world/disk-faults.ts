import type { Random } from "./random.ts";

/** How often each thing goes wrong with one file call. */
export interface DiskRates {
  readonly failBefore: number;
  readonly failAfter: number;
  readonly tornWrite: number;
  readonly slow: number;
  readonly longestDelayMs: number;
  readonly crashBefore: number;
  readonly crashAfter: number;
}

export const noDiskFaults: DiskRates = {
  failBefore: 0,
  failAfter: 0,
  tornWrite: 0,
  slow: 0,
  longestDelayMs: 0,
  crashBefore: 0,
  crashAfter: 0,
};

/** The states of a whole disk. */
export interface DiskTroubles {
  full: boolean;
  readOnly: boolean;
  /** True time until which nothing that changes something returns. */
  hungUntilMs: number;
}

export type CallFault = "none" | "fail-before" | "fail-after" | "torn" | "slow" | "crash-before" | "crash-after";

/** One number decides, so that a call costs the same whatever comes of it. */
export function drawFault(rates: DiskRates, random: Random): CallFault {
  let left = random.next();
  if ((left -= rates.slow) < 0) return "slow";
  if ((left -= rates.failBefore) < 0) return "fail-before";
  if ((left -= rates.failAfter) < 0) return "fail-after";
  if ((left -= rates.tornWrite) < 0) return "torn";
  if ((left -= rates.crashBefore) < 0) return "crash-before";
  if ((left -= rates.crashAfter) < 0) return "crash-after";
  return "none";
}
