import type { LeaseEvent, LeaseRecord } from "@tenure/schema";
import type { Source } from "../src/index.ts";

export const T = "2026-04-02T09:00:";

/** The record of a lease that somebody holds. */
export const held = (epoch: number, holderIdentity: string, time: string, renewals = 0): LeaseRecord => ({
  schemaVersion: "1.0",
  name: "press",
  holderIdentity,
  holder: {
    instanceId: `instance-${holderIdentity}`,
    hostId: "host",
    bootId: "boot",
    pid: 4_711,
    processStartTime: "1",
    pidNamespace: "pid:[1]",
    timeNamespace: "time:[1]",
    serviceName: null,
  },
  epoch,
  nonce: `nonce-${epoch}-${renewals}`,
  renewer: null,
  child: null,
  leaseDurationMs: 15_000,
  renewDeadlineMs: 12_000,
  lockDelayMs: 0,
  acquireTime: time,
  renewTime: time,
  renewals,
  leaseTransitions: epoch,
  deadline: null,
  releaseTime: null,
  releaseReason: null,
  preferredHolder: null,
  paused: null,
  revoked: null,
});

export const event = (
  type: LeaseEvent["type"],
  epoch: number,
  time: string,
  more: Partial<LeaseEvent> = {},
): LeaseEvent => ({
  type,
  name: "press",
  time,
  epoch,
  holderIdentity: `h${epoch}`,
  ...more,
});

/** A journal of one file, a chunk a line. */
export function journal(lines: readonly object[], lease = "press"): Source {
  return {
    name: `${lease}.journal.jsonl`,
    chunks: (async function* () {
      await Promise.resolve();
      for (const line of lines) yield Buffer.from(`${JSON.stringify(line)}\n`);
    })(),
  };
}
