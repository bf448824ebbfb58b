import type { Outage } from "@tenure/schema";
import { median } from "../numbers.ts";
import type { Succession } from "./succession.ts";

/** What is known of the settings; one that is not known is 0, and its time falls to the next one. */
export interface Settings {
  readonly leaseDurationMs: number;
  readonly graceMs: number;
  /** No setting explains a greater age; infinite where that is not known. */
  readonly ageMostMs: number;
}

interface Share {
  readonly totalMs: number;
  readonly remainderMs: number;
  readonly graceMs: number;
  readonly pollMs: number;
  readonly startUpMs: number;
  readonly failureMs: number;
}

/** The time from the end of each leader to the next one, by what made it; `null` where no end, or no successor, is known. */
export function outageIn(successions: readonly Succession[], settings: Settings): Outage | null {
  const shares = successions.flatMap((each) => shareOf(each, settings) ?? []);
  if (shares.length === 0) return null;
  const explained = shares.filter(({ failureMs }) => failureMs === 0);
  const sum = (key: keyof Share): number => explained.reduce((total, share) => total + share[key], 0);
  return {
    terms: explained.length,
    totalMs: sum("totalMs"),
    medianMs: median(explained.map(({ totalMs }) => totalMs)),
    remainderMs: sum("remainderMs"),
    graceMs: sum("graceMs"),
    pollMs: sum("pollMs"),
    startUpMs: sum("startUpMs"),
    failed: shares.length - explained.length,
    failureMs: shares.reduce((total, { failureMs }) => total + failureMs, 0),
  };
}

function shareOf({ term, ageMs }: Succession, settings: Settings): Share | null {
  const { end, lastRenewAt, nextAcquiredAt } = term;
  if (end === null || ageMs === null || !Number.isFinite(nextAcquiredAt) || nextAcquiredAt < end.at) return null;
  const seenAt = lastRenewAt + ageMs;
  const expires = lastRenewAt + settings.leaseDurationMs;
  const due = expires + settings.graceMs;
  const latest = lastRenewAt + settings.ageMostMs;
  // Each instant from the end to the next holder falls to the first bound that lies behind it.
  const until = (bound: number): number => Math.min(Math.max(bound, end.at), Math.max(seenAt, end.at));
  const [rest, grace, poll, seen] = [until(expires), until(due), until(latest), until(seenAt)];
  return {
    totalMs: nextAcquiredAt - end.at,
    remainderMs: rest - end.at,
    graceMs: grace - rest,
    pollMs: poll - grace,
    failureMs: seen - poll,
    startUpMs: nextAcquiredAt - seen,
  };
}
