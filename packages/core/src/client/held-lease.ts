import type { LeaseRecord, LossReason, ProcessIdentity, ReleaseReason, Timing } from "@tenure/schema";
import { quoteForDisplay } from "@tenure/schema/light";
import type { Instant } from "../clock.ts";
import { LeaseLostError } from "../errors.ts";
import type { Lease, RenewOptions } from "../lease.ts";
import { judgeStanding } from "../protocol/standing.ts";
import type { Snapshot } from "../store.ts";
import type { ClientContext } from "./context.ts";
import { releaseTerm, type ReleaseOrder } from "./releasing.ts";
import { renewTerm, type RenewalChange } from "./renewing.ts";
import type { Tenure } from "./tenure.ts";
import { assertDuration, assertIdentity } from "./usage.ts";
import type { TermVigil } from "./vigil.ts";
import { watch } from "./watcher.ts";

type TransferWish = Awaited<Lease["transferRequested"]>;

export interface HeldLeaseParts {
  readonly context: ClientContext;
  readonly tenure: Tenure;
  readonly predecessor: LeaseRecord | null;
  readonly vigil: TermVigil | null;
}

/** Losses after which the record may still be this term's own, so that a release shortens the wait of others. */
const RELEASABLE: ReadonlySet<LossReason> = new Set<LossReason>([
  "revoked",
  "renewal-stopped",
  "event-loop-stall",
  "suspended",
  "store-unreachable",
  "store-slow",
  "holder-dead",
  "holder-stopped",
  "work-stalled",
]);

/** A lease in office, as its holder has it. */
export class HeldLease implements Lease {
  readonly name: string;
  readonly storeId: string;
  readonly holderIdentity: string;
  readonly epoch: number;
  readonly predecessor: LeaseRecord | null;
  readonly signal: AbortSignal;
  readonly #context: ClientContext;
  readonly #tenure: Tenure;
  readonly #vigil: TermVigil | null;
  /** It has started something, as the record says, and not only been left it. */
  #hasChild = false;
  #renewing: Promise<void> | null = null;
  #releasing: Promise<void> | null = null;
  #transferRequested: Promise<TransferWish> | null = null;

  constructor({ context, tenure, predecessor, vigil }: HeldLeaseParts) {
    this.name = tenure.name;
    this.storeId = context.store.storeId;
    this.holderIdentity = tenure.holderIdentity;
    this.epoch = tenure.epoch;
    this.predecessor = predecessor;
    this.signal = tenure.signal;
    this.#context = context;
    this.#tenure = tenure;
    this.#vigil = vigil;
  }

  get record(): LeaseRecord {
    return this.#tenure.record;
  }

  get timing(): Timing {
    return this.#tenure.timing;
  }

  get renewedAt(): Instant {
    return this.#tenure.validity.renewedAt;
  }

  get transferRequested(): Promise<TransferWish> {
    this.#transferRequested ??= this.#awaitTransferWish();
    return this.#transferRequested;
  }

  remainingMs(): number {
    return this.#tenure.remainingMs();
  }

  assertHeld(): void {
    this.#tenure.assertHeld();
  }

  renew(options: RenewOptions = {}): Promise<void> {
    this.#renewing ??= this.#renew(options);
    return this.#renewing;
  }

  async recordChild(child: ProcessIdentity | null): Promise<void> {
    while (this.#renewing !== null) await this.#renewing.catch(() => {});
    this.#hasChild = true;
    this.#renewing = this.#renew({ child });
    await this.#renewing;
  }

  release(reason: ReleaseReason = "completed"): Promise<void> {
    return this.#leave({ reason });
  }

  async transfer(
    holderIdentity: string,
    { expiresAfterMs = this.record.leaseDurationMs }: { readonly expiresAfterMs?: number } = {},
  ): Promise<void> {
    assertIdentity(holderIdentity);
    assertDuration("expiresAfterMs", expiresAfterMs);
    // What is given back already can no longer be given to somebody.
    if (this.#releasing !== null) throw this.signal.reason as LeaseLostError;
    await this.#leave({ reason: "transferred", preferredHolder: { holderIdentity, expiresAfterMs } });
  }

  lose(error: LeaseLostError): void {
    this.#tenure.end(error);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }

  /** Ends what this process keeps open for the term. Where it leads no more, nobody needs to be told of its end. */
  async closeVigil(): Promise<void> {
    await this.#vigil?.close();
  }

  async #renew(change: RenewalChange): Promise<void> {
    try {
      await renewTerm(this.#context, this.#tenure, change);
    } finally {
      this.#renewing = null;
    }
  }

  /** What the record names may still be what an earlier holder left, where ours could not be written. */
  get #namesOwnChild(): boolean {
    return this.#hasChild && this.record.child?.instanceId !== this.predecessor?.child?.instanceId;
  }

  #leave(order: ReleaseOrder): Promise<void> {
    // A release that failed may be tried again.
    this.#releasing ??= this.#release(order).catch((error: unknown) => {
      this.#releasing = null;
      throw error;
    });
    return this.#releasing;
  }

  async #release(order: ReleaseOrder): Promise<void> {
    const tenure = this.#tenure;
    const lostBefore = lossBefore(tenure.signal);
    const isTransfer = order.reason === "transferred";
    if (lostBefore !== null && !RELEASABLE.has(lostBefore)) {
      await this.closeVigil();
      if (isTransfer) throw tenure.signal.reason as LeaseLostError;
      return;
    }
    const { name, epoch, holderIdentity } = this;
    const reason = isTransfer ? "transferred" : "released";
    // First of all nothing more is begun; a renewal under way is given up, and its outcome found out below.
    tenure.end(
      new LeaseLostError(reason, `lease ${quoteForDisplay(name)} (epoch ${epoch}) was ${reason} by its holder`, {
        name,
        epoch,
        holderIdentity,
      }),
    );
    await this.#renewing?.catch(() => {});
    try {
      const loss = lostBefore !== null && { lossReason: lostBefore };
      await releaseTerm(this.#context, tenure, { ...order, ...loss, childEnded: this.#namesOwnChild });
    } catch (error) {
      // After a loss a release only spares others a wait: that nothing was left to release is no news.
      if (lostBefore === null || isTransfer) throw error;
    } finally {
      await this.closeVigil();
    }
  }

  #awaitTransferWish(): Promise<TransferWish> {
    return new Promise((resolve) => {
      const look = (snapshot: Snapshot): void => {
        const standing = judgeStanding(snapshot, this.#tenure.term);
        if (standing.outcome === "lost") return this.#lookAtLoss();
        const wish = standing.record.preferredHolder;
        if (wish === null || wish.holderIdentity === this.holderIdentity) return;
        resolve({ holderIdentity: wish.holderIdentity, expiresAfterMs: wish.expiresAfterMs });
      };
      look(this.#tenure.snapshot);
      // A broken watch is begun again; renewals find out the rest.
      void watch(this.#context, this.name, this.signal, { onSnapshot: look, onTrouble: () => {} });
    });
  }

  /** What a watch tells may be older than what was renewed since: a renewal asks the store itself, and finds the loss. */
  #lookAtLoss(): void {
    this.renew().catch(() => {});
  }
}

/** Why the holder had stopped leading before it leaves; `null`: it leads until then, or began to leave already. */
function lossBefore({ aborted, reason }: AbortSignal): LossReason | null {
  if (!aborted) return null;
  const loss = (reason as LeaseLostError).reason;
  return loss === "released" || loss === "transferred" ? null : loss;
}
