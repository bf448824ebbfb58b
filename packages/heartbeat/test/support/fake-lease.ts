import { elapsedAtMostMs, LeaseError, LeaseLostError } from "@tenure/core";
import type { Clock, Instant, Lease, Timer } from "@tenure/core";
import type { LeaseRecord, LossReason, ProcessIdentity, Timing } from "@tenure/schema";

export const timing: Timing = {
  leaseDurationMs: 15_000,
  renewDeadlineMs: 12_000,
  renewIntervalMs: 2_700,
  requestTimeoutMs: 1_000,
  stopTimeoutMs: 2_000,
  lockDelayMs: 0,
  jitterFactor: 1.2,
  toleratedMissedRenewals: 2,
  clockRateError: 0.01,
  clockGranularityMs: 250,
};

export const holder: ProcessIdentity = {
  instanceId: "instance-a",
  hostId: "host",
  bootId: "boot",
  pid: 4242,
  processStartTime: "100",
  pidNamespace: "pid:[1]",
  timeNamespace: "time:[1]",
  serviceName: null,
};

export const unavailable: LeaseError = new LeaseError("ESTOREUNAVAILABLE", "the disk is gone");

/** A lease whose store answers as the test says: each attempt takes the next answer, and succeeds at once without one. */
export class FakeLease implements Lease {
  readonly name = "main";
  readonly storeId = "store";
  readonly holderIdentity = "alice";
  readonly epoch = 7;
  readonly predecessor = null;
  readonly transferRequested: Lease["transferRequested"] = new Promise(() => {});
  record: LeaseRecord;
  renewedAt: Instant;
  readonly timing: Timing;
  /** When each renewal was sent, counted from the start. */
  readonly sentMs: number[] = [];
  mostUnderWay = 0;
  answers: (() => Promise<void>)[] = [];
  readonly #clock: Clock;
  readonly #startedAt: Instant;
  readonly #abort = new AbortController();
  #deadline: Timer;
  #underWay = 0;

  constructor(clock: Clock, given: Timing = timing) {
    this.#clock = clock;
    this.timing = given;
    this.#startedAt = this.renewedAt = clock.now();
    this.record = recordOf({ holderIdentity: this.holderIdentity, holder, epoch: this.epoch });
    this.#deadline = this.#armDeadline();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  remainingMs(): number {
    if (this.signal.aborted) return 0;
    return Math.max(0, this.timing.renewDeadlineMs - elapsedAtMostMs(this.renewedAt, this.#clock.now()));
  }

  assertHeld(): void {
    if (this.remainingMs() === 0) this.lose(new LeaseLostError("store-unreachable", "past its deadline"));
    this.signal.throwIfAborted();
  }

  async renew(): Promise<void> {
    this.assertHeld();
    const sentAt = this.#clock.now();
    this.sentMs.push(sentAt.monotonicMs - this.#startedAt.monotonicMs);
    this.#underWay += 1;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.#underWay);
    try {
      await this.answers.shift()?.();
    } finally {
      this.#underWay -= 1;
    }
    this.assertHeld();
    this.renewedAt = sentAt;
    this.#deadline.cancel();
    this.#deadline = this.#armDeadline();
  }

  lose(error: LeaseLostError): void {
    this.#deadline.cancel();
    this.#abort.abort(error);
  }

  get lossReason(): LossReason | undefined {
    const { reason } = this.signal as { readonly reason?: unknown };
    return reason instanceof LeaseLostError ? reason.reason : undefined;
  }

  recordChild(): Promise<void> {
    return Promise.resolve();
  }

  release(): Promise<void> {
    return Promise.resolve();
  }

  transfer(): Promise<void> {
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }

  #armDeadline(): Timer {
    return this.#clock.startTimer(this.remainingMs(), () => {
      if (this.remainingMs() === 0) this.lose(new LeaseLostError("store-unreachable", "past its deadline"));
    });
  }
}

export function recordOf(fields: Partial<LeaseRecord>): LeaseRecord {
  return {
    schemaVersion: "1.0",
    name: "main",
    holderIdentity: null,
    holder: null,
    epoch: 0,
    nonce: "nonce-nonce",
    renewer: null,
    child: null,
    leaseDurationMs: timing.leaseDurationMs,
    renewDeadlineMs: timing.renewDeadlineMs,
    lockDelayMs: 0,
    acquireTime: null,
    renewTime: null,
    renewals: 0,
    leaseTransitions: 1,
    deadline: null,
    releaseTime: null,
    releaseReason: null,
    preferredHolder: null,
    paused: null,
    revoked: null,
    ...fields,
  };
}
