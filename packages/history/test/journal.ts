import type { LeaseEvent, LeaseRecord, ProcessIdentity } from "@tenure/schema";
import { readLeaseEvent, readLeaseRecord } from "@tenure/schema/light";
import type { JournalLine } from "../src/index.ts";

/** RFC 3339 for a number of milliseconds after a fixed moment. */
export function stamp(ms: number): string {
  return new Date(Date.UTC(2026, 10, 26) + ms).toISOString();
}

function processOf(instanceId: string): ProcessIdentity {
  return {
    instanceId,
    hostId: "host",
    bootId: "boot",
    pid: 4711,
    processStartTime: "1",
    pidNamespace: "pid:[1]",
    timeNamespace: "time:[1]",
    serviceName: null,
  };
}

const nobody: LeaseRecord = {
  schemaVersion: "1.0",
  name: "orders",
  holderIdentity: null,
  holder: null,
  epoch: 0,
  nonce: "nonce-0000",
  renewer: null,
  child: null,
  leaseDurationMs: 15_000,
  renewDeadlineMs: 12_000,
  lockDelayMs: 0,
  acquireTime: null,
  renewTime: null,
  renewals: 0,
  leaseTransitions: 0,
  deadline: null,
  releaseTime: null,
  releaseReason: null,
  preferredHolder: null,
  paused: null,
  revoked: null,
};

/** Writes a journal by hand, one verb a line, as a store would. */
export class Scribe {
  readonly lines: JournalLine[] = [];
  record: LeaseRecord;

  constructor(name = "orders") {
    this.record = { ...nobody, name };
  }

  /** A holder's process is `IDENTITY#EPOCH`, if it is not given. */
  acquire(
    at: number,
    holderIdentity: string,
    ended?: LeaseEvent["ended"],
    options: { readonly epoch?: number; readonly process?: string } = {},
  ): this {
    const { epoch = this.record.epoch + 1, process = `${holderIdentity}#${epoch}` } = options;
    const time = stamp(at);
    const holder = processOf(process);
    const term = { holderIdentity, holder, epoch, acquireTime: time, renewTime: time, renewals: 0 };
    const free = { releaseTime: null, releaseReason: null, preferredHolder: null, revoked: null };
    const peaceful = ended === undefined || ended.how === "released" || ended.how === "transferred";
    return this.write(at, { ...term, ...free }, peaceful ? "lease.acquired" : "lease.taken_over", ended && { ended });
  }

  renew(at: number): this {
    return this.write(at, { renewTime: stamp(at), renewals: this.record.renewals + 1 }, "lease.renewed");
  }

  release(
    at: number,
    releaseReason: LeaseRecord["releaseReason"] & string = "completed",
    lossReason?: LeaseEvent["lossReason"],
  ): this {
    const { holderIdentity } = this.record;
    const free = { holderIdentity: null, holder: null, releaseTime: stamp(at), releaseReason, revoked: null };
    const type = releaseReason === "transferred" ? "lease.transferred" : "lease.released";
    return this.write(at, free, type, { holderIdentity, releaseReason, ...(lossReason && { lossReason }) });
  }

  revoke(at: number, by: string): this {
    return this.write(
      at,
      { revoked: { by, nonce: "0123456789", reason: "maintenance", time: stamp(at) } },
      "lease.revoked",
      { by },
    );
  }

  pause(at: number, by: string): this {
    return this.write(
      at,
      { paused: { by, nonce: "0123456789", reason: "maintenance", expiresAfterMs: 60_000 } },
      "lease.paused",
      { by },
    );
  }

  /** The journal without its lines of these numbers. */
  without(...numbers: number[]): JournalLine[] {
    return this.lines.filter((_, index) => !numbers.includes(index));
  }

  private write(
    at: number,
    change: Partial<LeaseRecord>,
    type: LeaseEvent["type"],
    more: Partial<LeaseEvent> = {},
  ): this {
    const nonce = `nonce-${String(this.lines.length + 1).padStart(4, "0")}`;
    this.record = readLeaseRecord({ ...this.record, ...change, nonce });
    const { name, epoch, holderIdentity } = this.record;
    const event = readLeaseEvent({ type, name, time: stamp(at), epoch, holderIdentity, ...more });
    this.lines.push({ revision: String(this.lines.length + 1), event, record: this.record });
    return this;
  }
}
