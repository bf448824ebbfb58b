import type { LeaseStatus } from "@tenure/schema";
import type { Palette } from "../src/output/colour.ts";

const plain = (text: string): string => text;
/** No styles. */
export const palette: Palette = { good: plain, warning: plain, bad: plain, quiet: plain, strong: plain };

export const held: LeaseStatus = {
  name: "orders",
  state: "held",
  holderIdentity: "worker-a",
  epoch: 1,
  nonce: "nonce-000",
  leaseDurationMs: 15_000,
  renewDeadlineMs: 12_000,
  lockDelayMs: 0,
  acquireTime: "2026-01-01T00:00:00.000Z",
  renewTime: "2026-01-01T00:00:27.000Z",
  renewals: 10,
  leaseTransitions: 0,
  ageMs: 1_000,
  remainingMs: 11_000,
  holderProcess: "alive",
  preferredHolder: null,
  paused: null,
  epochFloor: 1,
};
