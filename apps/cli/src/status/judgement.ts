import { endsByItself } from "@tenure/core";
import type { LeaseStatus } from "@tenure/schema";
import { humanDuration } from "../output/duration.ts";

/** The state of a lease in one word, as far as an onlooker can tell. */
export type Condition = "held" | "yielding" | "expired" | "dead" | "revoked" | "paused" | "free" | "lost";

export function condition(lease: LeaseStatus): Condition {
  const { state, holderIdentity, holderProcess, remainingMs, paused, preferredHolder } = lease;
  if (state === "lost") return "lost";
  if (holderIdentity === null) return paused === null ? "free" : "paused";
  if (holderProcess === "dead") return "dead";
  if (state === "revoked") return "revoked";
  if (remainingMs !== null && remainingMs <= 0) return "expired";
  return preferredHolder === null ? "held" : "yielding";
}

/** Fewer renewals than this are no habit: the first may come at once, with what the holder started. */
const HABIT = 4;

/**
 * By its habit, or as it is derived from the lease duration when nothing else is set. Negative when it is late by more than jitter
 * explains; `null` where nothing is to be renewed.
 */
export function nextRenewalInMs(lease: LeaseStatus): number | null {
  const { acquireTime, renewTime, renewals, ageMs, leaseDurationMs, holderIdentity } = lease;
  if (holderIdentity === null || acquireTime === null || renewTime === null) return null;
  if (ageMs === null || leaseDurationMs === null) return null;
  const meanMs = (Date.parse(renewTime) - Date.parse(acquireTime)) / renewals;
  const intervalMs = renewals >= HABIT ? meanMs : 0.2 * leaseDurationMs;
  const leftMs = intervalMs - ageMs;
  return leftMs < 0 && -leftMs <= intervalMs / 2 ? 0 : leftMs;
}

/** What needs a sentence. */
export function remarks(lease: LeaseStatus): string[] {
  const { paused, preferredHolder, holderIdentity } = lease;
  const told = [...remarksOn(condition(lease), lease)];
  if (preferredHolder !== null) {
    const whom = `"${preferredHolder.holderIdentity}"`;
    const forMs = humanDuration(preferredHolder.expiresAfterMs);
    told.push(
      holderIdentity === null
        ? `kept for ${whom}; others stand back for ${forMs}`
        : `its holder was asked to give way to ${whom}`,
    );
  }
  if (paused !== null) told.push(`paused by "${paused.by}" ${howLong(paused)}: ${paused.reason}`);
  return told;
}

function howLong(paused: NonNullable<LeaseStatus["paused"]>): string {
  return endsByItself(paused) ? `for ${humanDuration(paused.expiresAfterMs)}` : "without end";
}

/** Where a record is gone that the floor remembers. */
export function whatCandidatesDo(epochFloor: number): string {
  return `but epoch ${epochFloor} was issued: a candidate waits for the longest lease duration known, then leads with a higher one`;
}

function remarksOn(state: Condition, { ageMs, epochFloor }: LeaseStatus): string[] {
  if (state === "free" && epochFloor === 0) return ["nobody has led it here yet"];
  const age = ageMs === null ? "" : ` for ${humanDuration(Math.max(0, ageMs))}`;
  const words: Readonly<Partial<Record<Condition, string>>> = {
    dead: "the process of its holder is dead; the next candidate leads at once",
    expired: `not renewed${age}; its holder may begin nothing more, and a candidate that waits takes over`,
    revoked: "revoked by an operator; free when its holder lets go, is proved dead, or its lease duration has passed",
    lost: `its record is gone, ${whatCandidatesDo(epochFloor)}`,
  };
  const sentence = words[state];
  return sentence === undefined ? [] : [sentence];
}
