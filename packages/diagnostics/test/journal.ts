import { hash } from "node:crypto";
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

/** The first line of a file store's journal. */
export const begun = {
  seq: 1,
  prev: "",
  sum: "s1",
  storeId: "a-store",
  name: "press",
  event: event("lease.acquired", 1, `${T}00Z`),
  record: held(1, "h1", `${T}00Z`),
};

/** As a file store writes them: with checksums in place of the names that `prev` and `sum` have here. */
export function sealed(lines: readonly object[]): string[] {
  const sums = new Map<unknown, string>();
  return lines.map((line) => {
    const { sum: name, prev, ...rest } = line as Record<string, unknown>;
    if (name === undefined) return JSON.stringify(line);
    const body = JSON.stringify({ v: 1, prev: sums.get(prev) ?? prev, ...rest }).slice(0, -1);
    const sum = hash("sha256", body, "base64url").slice(0, 22);
    sums.set(name, sum);
    return `${body},"sum":"${sum}"}`;
  });
}

/** A journal of one file, a chunk a line. */
export function journal(lines: readonly object[], lease = "press"): Source {
  return journalOf(sealed(lines), lease);
}

/** The same of lines as they stand. */
export function journalOf(lines: readonly string[], lease = "press"): Source {
  return {
    name: `${lease}.journal.jsonl`,
    chunks: (async function* () {
      await Promise.resolve();
      for (const line of lines) yield Buffer.from(`${line}\n`);
    })(),
  };
}
