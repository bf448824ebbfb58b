import type { LeaseRecord, ProcessIdentity, ReleaseReason, Timing } from "@tenure/schema";
import type { Instant } from "./clock.ts";
import type { LeaseLostError } from "./errors.ts";

export interface RenewOptions {
  /**
   * Called before what this renewal sends again, since another wrote meanwhile; what it throws ends the renewal, which rejects with it. For
   * whoever renews only while something lives, and has looked before the renewal. Not called for one that was under way already.
   */
  readonly beforeRetry?: () => void;
}

/** A lease in office. Obtained from a client; ends once, for one reason. */
export interface Lease extends AsyncDisposable {
  readonly name: string;
  readonly storeId: string;
  readonly holderIdentity: string;
  /** The fencing token of this term. Hand it to whatever is written to. */
  readonly epoch: number;
  /** The term before this one, as it was found. A successor ends what a dead predecessor left running. */
  readonly predecessor: LeaseRecord | null;
  /** Aborts when the lease is lost or released, with a `LeaseLostError` as its reason. */
  readonly signal: AbortSignal;
  /** The record as last written or seen by this holder. */
  readonly record: LeaseRecord;
  /** How it is to be renewed: the term's own durations, and the client's settings for the rest. Proved safe. */
  readonly timing: Timing;

  /** Milliseconds in which something may still be begun, by the safer of both clocks; 0 when over. Needs no timer to be right. */
  remainingMs(): number;
  /** Throws the `LeaseLostError` if the lease is over; reads the clock itself. Call it right before an act. */
  assertHeld(): void;
  /** When the last successful renewal was sent. */
  readonly renewedAt: Instant;

  /**
   * Renews once. Resolves only when the record was changed by this call or an earlier one of this holder.
   * @throws LeaseLostError when it was found lost.
   * @throws LeaseError `ESTOREUNAVAILABLE`, `EAMBIGUOUS` when this attempt failed but the lease still stands.
   */
  renew(options?: RenewOptions): Promise<void>;
  /**
   * Writes what the holder started into the record (durably), so that a successor can end it. Counts as a renewal. Whoever did so releases
   * only when that has ended; what an earlier holder left stays named by all others.
   */
  recordChild(child: ProcessIdentity | null): Promise<void>;
  /**
   * Gives the lease back. Call it after the work has stopped. Idempotent. `reason` is `completed` by default.
   * @throws LeaseError `ENOTACQUIRED` when somebody else has it by now, `EAMBIGUOUS` when nobody knows whether it was given back, or what
   * the store answered. After a loss it does not throw: nothing need be left to release.
   */
  release(reason?: ReleaseReason): Promise<void>;
  /** Ends this lease here and now for the given reason, without touching the store: for those who watch over a holder. */
  lose(error: LeaseLostError): void;
  /**
   * Gives way to `holderIdentity`: releases, and asks others to stand back until `expiresAfterMs` have passed, the lease duration by default.
   * @throws LeaseLostError when it was given back already; else as `release`.
   */
  transfer(holderIdentity: string, options?: { readonly expiresAfterMs?: number }): Promise<void>;
  /** Resolves when somebody asked this holder to give way; the holder stops its work and calls `transfer`. */
  readonly transferRequested: Promise<{ readonly holderIdentity: string; readonly expiresAfterMs: number }>;
}
