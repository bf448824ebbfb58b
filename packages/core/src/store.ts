import type { LeaseEvent, LeaseRecord } from "@tenure/schema";

/**
 * What tenure asks of a place that keeps leases. Small on purpose: a server's is a `ServerEngine` under `ServerStore`. A store
 * knows nothing of leases but names, records, revisions and its own clock; every lease rule lives in core.
 *
 * Every method rejects with a `LeaseError` (`ESTOREUNAVAILABLE`, `EPERMISSION`, `ESTATECORRUPT`, `EEPOCHREGRESSION`,
 * `EFSUNSUPPORTED`) when it cannot say what is there. `compareAndSwap` never rejects once the request may have been sent: it
 * answers `unknown`.
 */
export interface LeaseStore {
  /** Names this store for good; a fence is keyed by it and the lease's name. */
  readonly storeId: string;
  readonly guarantees: StoreGuarantees;

  read(name: string, options?: RequestOptions): Promise<Snapshot>;

  /**
   * Replaces the record if `expected` is still what stands there. `event` is written in the same commit where the engine can.
   * The store refuses (`EEPOCHREGRESSION`) a record whose epoch lies below its floor.
   */
  compareAndSwap(
    expected: Snapshot,
    record: LeaseRecord,
    event: LeaseEvent,
    options: SwapOptions,
  ): Promise<SwapOutcome>;

  /**
   * The present snapshot, then each newer one, from the engine's own notifications; intermediate ones may be skipped. Ends
   * without an error when `signal` aborts.
   */
  watch(name: string, options: { readonly signal: AbortSignal }): AsyncIterable<Snapshot>;

  /** Committed transitions in order, from the one after revision `after` (from the oldest kept one without it). */
  journal(name: string, after?: string): AsyncIterable<JournalEntry>;

  list(): Promise<readonly string[]>;

  /** What this server or file system really is, as found by asking it. */
  probe(): Promise<StoreProbe>;

  /** Told by the kernel, where the store's processes share one: the holder's end wakes those who wait for it. */
  readonly vigil?: Vigil;

  /** Releases handles and flushes what is written lazily. Leases are not released by it. */
  close(): Promise<void>;
}

export interface RequestOptions {
  /** Gives up waiting; what was sent may still take effect. */
  readonly signal?: AbortSignal;
}

export interface SwapOptions extends RequestOptions {
  /** `true`: the commit survives a power cut once it is acknowledged. Renewals need not where the same cut ends their holder. */
  readonly durable: boolean;
}

/** What stood in the store for one lease at one moment. */
export interface Snapshot {
  readonly name: string;
  readonly storeId: string;
  /**
   * `null`: no record, or only one older than another that certainly stood here. With a floor above zero it was lost, not never
   * there.
   */
  readonly record: LeaseRecord | null;
  /** Opaque; equal revisions of one incarnation mean equal content. */
  readonly revision: string;
  /** How long the record has stood by the store's own monotonic clock, where it has one. It may only lengthen a wait. */
  readonly ageMs?: number;
  /** No epoch up to this one may be issued again. It may lie above the record: epochs are used up before they are published. */
  readonly epochFloor: number;
  /** The longest lease duration with lock delay among the terms the floor remembers; waited out when the record was lost. */
  readonly floorWaitMs: number;
}

export type SwapOutcome =
  | { readonly outcome: "committed"; readonly snapshot: Snapshot }
  /** Somebody else's write came first; nothing of ours took effect. */
  | { readonly outcome: "conflict" }
  /** It may or may not have taken effect, now or later. Resolved by reading until the nonce is seen or the revision has moved on. */
  | { readonly outcome: "unknown"; readonly cause: unknown };

export interface JournalEntry {
  readonly revision: string;
  readonly event: LeaseEvent;
  /** The record after the transition. */
  readonly record: LeaseRecord;
}

/** Declared by each store, printed by `tenure doctor`, tested by the conformance suite. */
export interface StoreGuarantees {
  readonly engine: string;
  /** `machine`: all users share one kernel, so a new boot id proves every earlier process dead. */
  readonly scope: "process" | "machine" | "network";
  /** All changes and answers are in one order that nobody can tell from that of real time. */
  readonly linearizable: boolean;
  /** Acknowledged transitions survive a power cut. */
  readonly durable: boolean;
  /** Acknowledged transitions survive the engine's own failover. */
  readonly survivesFailover: boolean;
  /** Its snapshots have `ageMs`: how long a record has stood, by one clock for all. */
  readonly serverClock: boolean;
  readonly journal: "atomic" | "back-filled";
  /** A holder's death is told by the kernel. */
  readonly tellsDeath: boolean;
  /** Waiters are served in order. */
  readonly fair: boolean;
  /** What can take the epoch back in spite of everything, for people. */
  readonly epochResets: readonly string[];
}

export interface StoreProbe {
  readonly engine: string;
  readonly storeId: string;
  /** One line each, for people: `filesystem ext4`, `version 15.18`. */
  readonly facts: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
}

/** Something a holder keeps open that the kernel closes when it dies. A hint to look, never a proof. */
export interface Vigil {
  /** Held while leading. Closing it, or dying, ends the vigil. */
  keep(name: string, epoch: number): Promise<{ close(): Promise<void> }>;
  /**
   * Calls `onEnd` once, when the vigil kept for this epoch ends or was not there. Returns the way to leave, also after its
   * end; whoever has left is told nothing more.
   */
  attend(name: string, epoch: number, onEnd: () => void): () => void;
}
