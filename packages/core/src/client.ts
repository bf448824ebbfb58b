import type { LeaseStatus, TimingSettings } from "@tenure/schema";
import type { Clock } from "./clock.ts";
import type { ClientIdentity, ProveDeath, RandomToken } from "./identity.ts";
import type { Lease } from "./lease.ts";
import type { LeaseStore, Snapshot } from "./store.ts";

export interface LeaseClientOptions {
  readonly store: LeaseStore;
  readonly identity: ClientIdentity;
  readonly clock: Clock;
  readonly randomToken: RandomToken;
  /** Without it nothing is ever proved dead, and a crash is succeeded after the lease duration. */
  readonly proveDeath?: ProveDeath;
  readonly timing?: TimingSettings;
  /** What earlier one-shot processes saw; without it a candidate knows only what it saw itself. */
  readonly sightings?: Sightings;
}

/** Remembers when a nonce was first seen, so that a candidate that cannot wait may count what an earlier one, or an order, observed. */
export interface Sightings {
  load(name: string): Promise<Sighting | null>;
  save(name: string, sighting: Sighting): Promise<void>;
}

/** Comparable only within one boot and one time namespace. */
export interface Sighting {
  readonly storeId: string;
  readonly revision: string;
  readonly nonce: string | null;
  readonly bootId: string;
  readonly timeNamespace: string | null;
  readonly boottimeMs: number;
}

export interface AttachOptions {
  /** Takes up a term past its deadline as well. Nothing is left of it, and it is not renewed; it may still be released. Default: false. */
  readonly overdue?: boolean;
}

export interface ClaimOptions {
  /** Epochs up to this one were issued elsewhere, in a store that the lease comes from: its own lies above. Default: 0. */
  readonly aboveEpoch?: number;
}

export interface AcquireOptions extends ClaimOptions {
  readonly signal?: AbortSignal | undefined;
  /** Default: for ever. It may end before the first answer of a slow store: for one whole attempt there is `tryAcquire`. */
  readonly timeoutMs?: number | undefined;
  /** Told of whatever stands in the way and time may cure, such as a store that is away: once until it changes. */
  readonly onTrouble?: ((trouble: Error) => void) | undefined;
}

/** One candidate at one store. */
export interface LeaseClient {
  /**
   * One attempt. `null` when another holds the lease.
   * @throws LeaseError `EPAUSED` when it is paused; `EAMBIGUOUS` when nobody knows whether it was acquired (it then ends by itself); and
   * what the store answers.
   */
  tryAcquire(name: string, options?: ClaimOptions): Promise<Lease | null>;
  /**
   * Waits until the lease is ours.
   * @throws LeaseError `EACQUIRETIMEOUT` after `timeoutMs`; the signal's own reason when it aborts. Where nobody knows whether it was
   * acquired meanwhile, that is found out and given back first, which takes two requests at most.
   */
  acquire(name: string, options?: AcquireOptions): Promise<Lease>;
  /**
   * Takes up a lease that stands in the store already: for one-shot commands and side-cars.
   * @throws LeaseError `ENOTACQUIRED` when holder or epoch differ (both named), `ELEASEEXPIRED` past the recorded deadline.
   */
  attach(
    name: string,
    term: { readonly holderIdentity: string; readonly epoch: number },
    options?: AttachOptions,
  ): Promise<Lease>;
  /**
   * Asks the present holder to stop and give way. Resolves when the request is written, not when it is followed. Others stand back for
   * `expiresAfterMs`, this client's lease duration by default.
   * @throws LeaseError `ENOTACQUIRED` when nobody holds it, `EUSAGE` when `to` does, `EAMBIGUOUS` when nobody knows whether it was written.
   */
  requestTransfer(name: string, to: string, options?: { readonly expiresAfterMs?: number }): Promise<void>;
  /**
   * Revokes: takers then wait for the holder's release, its proved death, or its lease duration. A second time it changes nothing.
   * @throws LeaseError `ENOTACQUIRED` when nobody holds it, `EAMBIGUOUS` when nobody knows whether it was written.
   */
  revoke(name: string, reason: string): Promise<void>;
  /**
   * Keeps everybody from acquiring the lease, for so long as each candidate observes it; for the longest duration there is (366 days): until it
   * is lifted. Whoever holds it leads on.
   * @throws LeaseError `ENOTACQUIRED` when nobody has held it yet.
   */
  pause(name: string, options: { readonly expiresAfterMs: number; readonly reason: string }): Promise<void>;
  /**
   * Lifts a pause; without one nothing changes.
   * @throws LeaseError `ENOTACQUIRED` where there is no record.
   */
  resume(name: string): Promise<void>;
  /** Each change of the lease, from the present state on. */
  observe(name: string, options: { readonly signal: AbortSignal }): AsyncIterable<Snapshot>;
  status(name: string): Promise<LeaseStatus>;
}
