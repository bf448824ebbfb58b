// What the children of these tests share: records, and a line of JSON for each thing that happened.
import { writeSync } from "node:fs";

/** At once, so that it is out even if the process is killed at the next call. */
export function say(message) {
  writeSync(1, `${JSON.stringify(message)}\n`);
}

let nonces = 0;

export function record(name, epoch, changes = {}) {
  nonces += 1;
  return {
    schemaVersion: "1.0",
    name,
    holderIdentity: `process-${process.pid}`,
    holder: {
      instanceId: "i1",
      hostId: "h1",
      bootId: "b1",
      pid: process.pid,
      processStartTime: "100",
      pidNamespace: null,
      timeNamespace: null,
      serviceName: null,
    },
    epoch,
    nonce: `nonce-${process.pid}-${nonces}`,
    renewer: null,
    child: null,
    leaseDurationMs: 15_000,
    renewDeadlineMs: 12_000,
    lockDelayMs: 0,
    acquireTime: "2026-01-01T00:00:00Z",
    renewTime: "2026-01-01T00:00:00Z",
    renewals: 0,
    leaseTransitions: epoch,
    deadline: null,
    releaseTime: null,
    releaseReason: null,
    preferredHolder: null,
    paused: null,
    revoked: null,
    ...changes,
  };
}

export function event(type, { name, epoch, holderIdentity }) {
  return { type, name, time: "2026-01-01T00:00:00Z", epoch, holderIdentity };
}

/** Leads with a new epoch over whatever stands there, again until it is committed. */
export async function lead(store, name) {
  for (;;) {
    const before = await store.read(name);
    const next = record(name, Math.max(before.epochFloor, before.record?.epoch ?? 0) + 1);
    const swapped = await store.compareAndSwap(before, next, event("lease.acquired", next), { durable: true });
    if (swapped.outcome === "committed") return swapped.snapshot;
    if (swapped.outcome === "unknown") throw swapped.cause;
  }
}

export async function renew(store, before) {
  const next = { ...before.record, nonce: record("x", 1).nonce, renewals: before.record.renewals + 1 };
  return store.compareAndSwap(before, next, event("lease.renewed", next), { durable: false });
}
