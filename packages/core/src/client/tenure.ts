import type { LeaseEvent, LeaseRecord, LossReason, Timing } from "@tenure/schema";
import { quoteForDisplay } from "@tenure/schema/light";
import type { Instant } from "../clock.ts";
import { LeaseLostError, type FailureFacts } from "../errors.ts";
import { toRemark, type Commit, type Lost } from "../protocol/decision.ts";
import type { Term } from "../protocol/standing.ts";
import { publish } from "../publish.ts";
import type { Snapshot } from "../store.ts";
import type { ClientContext } from "./context.ts";
import { explainExpiry, show } from "./loss.ts";
import { Validity } from "./validity.ts";

export interface TenureStart {
  readonly snapshot: Snapshot;
  readonly record: LeaseRecord;
  readonly holderIdentity: string;
  readonly instanceId: string;
  readonly sentAt: Instant;
  readonly timing: Timing;
}

interface SentRenewal {
  readonly commit: Commit;
  readonly sentAt: Instant;
}

/** Losses that are told under a name of their own as well. */
const alarms: Partial<Record<LossReason, LeaseEvent["type"]>> = {
  "identity-collision": "lease.identity_collision",
  "epoch-regression": "lease.epoch_regression",
  "state-corrupt": "lease.state_corrupt",
};

/** One term of one holder: what it last wrote or may have written, until when it holds, and why it ended. Ends once. */
export class Tenure {
  readonly name: string;
  readonly holderIdentity: string;
  readonly instanceId: string;
  readonly epoch: number;
  readonly signal: AbortSignal;
  readonly validity: Validity;
  readonly timing: Timing;
  /** The last state known to be written or accepted; the next compare-and-swap builds on it. */
  snapshot: Snapshot;
  record: LeaseRecord;
  readonly #context: ClientContext;
  readonly #ending = new AbortController();
  readonly #unresolved = new Map<string, SentRenewal>();
  #attempts = 0;
  #answeredLate = false;
  #lastError: Error | undefined;

  constructor(context: ClientContext, start: TenureStart) {
    this.#context = context;
    this.name = start.record.name;
    this.holderIdentity = start.holderIdentity;
    this.instanceId = start.instanceId;
    this.epoch = start.record.epoch;
    this.timing = start.timing;
    this.snapshot = start.snapshot;
    this.record = start.record;
    this.signal = this.#ending.signal;
    this.validity = new Validity(context, start.record.renewDeadlineMs, start.sentAt, {
      onOver: () => void this.expire(),
      onSuspend: (ms) => this.#tell("clock.suspended", `asleep for ${show(ms)}`),
      onStep: (ms) =>
        this.#tell("clock.stepped", `wall clock set ${ms > 0 ? "forward" : "back"} by ${Math.abs(ms)} ms`),
    });
  }

  /** How this holder knows its own record. */
  get term(): Term {
    const { name, holderIdentity, instanceId, epoch } = this;
    const nonces = new Set([this.record.nonce]);
    let { renewals } = this.record;
    for (const [nonce, { commit }] of this.#unresolved) {
      nonces.add(nonce);
      renewals = Math.max(renewals, commit.record.renewals);
    }
    return { name, holderIdentity, instanceId, epoch, nonces, renewals };
  }

  get facts(): FailureFacts {
    return { name: this.name, holderIdentity: this.holderIdentity, epoch: this.epoch };
  }

  remainingMs(now?: Instant): number {
    return this.signal.aborted ? 0 : this.validity.remainingMs(now);
  }

  assertHeld(): void {
    if (this.remainingMs() <= 0) throw this.expire();
  }

  /** As `assertHeld`, right after the clock was looked at. */
  throwIfEnded(): void {
    if (this.signal.aborted) throw this.signal.reason as LeaseLostError;
  }

  /** Before a renewal is sent: from here on its nonce is known as our own. */
  sending(commit: Commit, sentAt: Instant): void {
    this.#attempts += 1;
    this.#unresolved.set(commit.record.nonce, { commit, sentAt });
  }

  /** Nothing of it took effect, and nothing will. */
  notSent({ record }: Commit): void {
    this.#unresolved.delete(record.nonce);
  }

  /** An attempt went wrong; if no later one goes well, this is why the lease was lost. */
  failed(error: Error): void {
    this.#lastError = error;
  }

  /** The store answered what had been given up already. */
  answeredLate(): void {
    this.#answeredLate = true;
  }

  /** A renewal of our own was seen to stand: a success at its send time. What was sent before it is void. */
  confirm(snapshot: Snapshot, record: LeaseRecord): boolean {
    const sent = this.#unresolved.get(record.nonce);
    if (sent === undefined) return false;
    this.accept(snapshot, record);
    this.validity.renewed(sent.sentAt);
    publish(sent.commit.event);
    if (this.validity.remainingMs() <= 0) {
      this.#answeredLate = true;
      this.expire();
    }
    this.#attempts = 0;
    this.#answeredLate = false;
    this.#lastError = undefined;
    return true;
  }

  /** Builds on this from now on. The revision has moved on, so that whatever was unknown before is void. */
  accept(snapshot: Snapshot, record: LeaseRecord): void {
    this.snapshot = snapshot;
    this.record = record;
    this.#unresolved.clear();
  }

  /** What stands now, whoever wrote it: a release is decided on it. Own nonces stay known. */
  found(snapshot: Snapshot): void {
    this.snapshot = snapshot;
  }

  /** Answers with why it ended, which may be an earlier reason. */
  lost({ reason, message }: Pick<Lost, "reason" | "message">): LeaseLostError {
    this.end(new LeaseLostError(reason, message, this.facts));
    return this.signal.reason as LeaseLostError;
  }

  /** The end, for whatever reason: the first one counts. */
  end(error: LeaseLostError): void {
    if (this.signal.aborted) return;
    const remainingMs = this.validity.remainingMs();
    this.validity.stop();
    this.#ending.abort(error);
    if (error.reason === "released" || error.reason === "transferred") return;
    const alarm = alarms[error.reason];
    if (alarm !== undefined) this.#tell(alarm, error.message);
    publish({ ...this.#event("lease.lost", error.message), lossReason: error.reason, remainingMs });
  }

  /** Nothing is left of it. Answers as `lost`. */
  expire(): LeaseLostError {
    const { reason, why } = explainExpiry({
      ...this.validity.timeSinceRenewal(),
      renewDeadlineMs: this.record.renewDeadlineMs,
      attempts: this.#attempts,
      answeredLate: this.#answeredLate,
      lastError: this.#lastError,
    });
    const lease = `lease ${quoteForDisplay(this.name)} of ${quoteForDisplay(this.holderIdentity)} at epoch ${this.epoch}`;
    return this.lost({
      reason,
      message: `${lease} was not renewed in time: ${why}. Stop what it covers and acquire it anew`,
    });
  }

  #tell(type: LeaseEvent["type"], remark: string): void {
    publish({ ...this.#event(type, remark), remainingMs: this.remainingMs() });
  }

  #event(type: LeaseEvent["type"], remark: string): LeaseEvent {
    const { name, epoch, holderIdentity } = this;
    return { type, name, time: this.#context.clock.wallTime(), epoch, holderIdentity, remark: toRemark(remark) };
  }
}
