import type { Lease, LeaseLostError, LeaseStore } from "@tenure/core";
import type { InvariantId, Observation } from "@tenure/history";
import type { LeaseRecord } from "@tenure/schema";
import type { Agenda } from "./world/agenda.ts";
import type { Machine } from "./world/machine.ts";
import type { SimProcess } from "./world/sim-process.ts";

/** Stamps of one moment may differ by the resolution of the clocks read. */
export const CLOCK_ERROR_MS = 25;

interface WatchedTerm {
  readonly process: SimProcess;
  /** As whoever last beat for the holder has it. */
  lease: Lease;
  readonly holder: string;
  renewedAt: Lease["renewedAt"];
  validUntil: number;
}

/**
 * Writes down what happens, in the words of `@tenure/history` and in true time. It looks at what each holder believes each time the
 * world has come to rest.
 */
export class Recorder {
  readonly history: Observation[] = [];
  readonly #agenda: Agenda;
  readonly #terms = new Set<WatchedTerm>();
  /** Those on their way, and whether any other was meanwhile. */
  readonly #orders = new Set<{ isAlone: boolean }>();
  readonly #positions = new Map<string, number>();
  /** Somebody was at the files: what was acknowledged may be gone, and no promise says otherwise. */
  tampered = false;
  /** Changes that were not acknowledged may have been lost. */
  cut = false;
  /** The disk forgot bytes that processes had seen. */
  forgot = false;
  /** What nobody can keep after what was done in this schedule. */
  readonly notPromised: Set<InvariantId> = new Set();

  constructor(agenda: Agenda) {
    this.#agenda = agenda;
  }

  get nowMs(): number {
    return this.#agenda.nowMs;
  }

  /** Somebody may begin something now. */
  get somebodyLeads(): boolean {
    for (const { validUntil } of this.#terms) if (validUntil > this.nowMs) return true;
    return false;
  }

  get somethingWasShown(): boolean {
    return this.#positions.size > 0;
  }

  note(observation: Observation): void {
    this.history.push(observation);
  }

  /** The store shows this from now on. */
  visible(record: LeaseRecord): void {
    this.#positions.set(record.nonce, this.#positions.size + 1);
    this.showing(record);
  }

  showing({ name, holder, epoch, nonce }: LeaseRecord): void {
    this.note({ kind: "visible", at: this.nowMs, lease: name, holder: holder?.instanceId ?? null, epoch, nonce });
  }

  /** Of a lease that stood there nothing is left. */
  showingNothing(name: string): void {
    this.note({ kind: "visible", at: this.nowMs, lease: name, holder: null, epoch: 0, nonce: "" });
  }

  /** For how long by now the store has shown what bears this nonce. */
  shownForMs(nonce: string): number {
    const shown = this.history.find((it) => it.kind === "visible" && it.nonce === nonce);
    return shown === undefined ? 0 : this.nowMs - shown.at;
  }

  /** An operator was at it: of the terms that no copy tells of any more nothing is left, unless somebody leads by one. */
  withdrawn(lease: string, isLeft: (epoch: number) => boolean): void {
    for (const shown of this.history.slice())
      if (shown.kind === "visible" && shown.lease === lease && shown.holder !== null && !isLeft(shown.epoch))
        this.note({ kind: "withdrawn", at: this.nowMs, lease, holder: shown.holder, epoch: shown.epoch });
  }

  positionOf(nonce: string | undefined): number {
    return nonce === undefined ? 0 : (this.#positions.get(nonce) ?? 0);
  }

  /** A process leads from now on; `lease` is in its hands, or in those of whoever beats for it. */
  granted(process: SimProcess, lease: Lease): void {
    // Whoever beats for another may do so until the kernel lets it see that the other is gone.
    const leadsItself = lease.record.renewer === null;
    // What had been begun in the moment of its death.
    if (leadsItself ? !process.alive : process.gone) return;
    const holder = lease.record.holder?.instanceId ?? process.identity.instanceId;
    const term = { process, lease, holder, renewedAt: lease.renewedAt, validUntil: 0 };
    this.#noteGrant(term);
    if (lease.signal.aborted) return;
    this.#terms.add(term);
    lease.signal.addEventListener("abort", () => this.#end(term, (lease.signal.reason as LeaseLostError).reason));
    const end = (): void => this.#end(term, "died");
    if (leadsItself) process.onDeath(end);
    else process.onGone(end);
  }

  /** Another command of the same holder has taken up its term. */
  takenUp(process: SimProcess, lease: Lease): void {
    if (!process.alive) return;
    for (const term of this.#terms) {
      if (term.process !== process || term.lease.epoch !== lease.epoch) continue;
      term.lease = lease;
      // What stands in the record is what it may count on, also when the command that wrote it never answered.
      this.#noteRenewed(term);
      // What else one command says of its end the holder need not know.
      const end = (): void => {
        const { reason } = lease.signal.reason as LeaseLostError;
        if (reason === "released") this.#end(term, reason);
      };
      lease.signal.addEventListener("abort", end);
    }
  }

  /** A holder is about to act on the strength of its lease: if it believes in more than it was given, that is what it has. */
  acts(lease: Lease): void {
    for (const term of this.#terms)
      if (term.lease === lease && this.#validUntil(term) > term.validUntil + CLOCK_ERROR_MS) this.#noteGrant(term);
  }

  /** Clocks that go slower now make a holder believe itself valid for longer. */
  rateChanged(machine: Machine): void {
    for (const term of this.#terms)
      if (term.process.machine === machine && this.#validUntil(term) > term.validUntil) this.#noteRenewed(term);
  }

  /** After each step of the world: renewals that holders have learned of. */
  lookAround(): void {
    for (const term of this.#terms) {
      if (term.lease.renewedAt !== term.renewedAt) this.#noteRenewed(term);
    }
  }

  /**
   * An operator pauses a lease, for so long by his clock and those of candidates, or lifts what pause there is. What one order brings
   * about is known only when no other is on its way.
   */
  async ordering(lease: string, pauseForMs: number | null, order: () => Promise<void>): Promise<void> {
    const askedAt = this.nowMs;
    const mine = { isAlone: this.#orders.size === 0 };
    for (const other of this.#orders) other.isAlone = false;
    this.#orders.add(mine);
    this.pauseMayBeOver(lease);
    await order();
    if (pauseForMs !== null && mine.isAlone && !this.tampered && !this.forgot)
      this.note({ kind: "told-paused", at: this.nowMs, lease, until: askedAt + pauseForMs / 1.02 - CLOCK_ERROR_MS });
    // One that failed or never came back may still arrive.
    this.#orders.delete(mine);
  }

  /** What was said of a pause need not be so any more. */
  pauseMayBeOver(lease: string): void {
    this.note({ kind: "told-resumed", at: this.nowMs, lease });
  }

  /** The store as a client sees it; what goes through is noted. */
  recording(store: LeaseStore, process: SimProcess): LeaseStore {
    return {
      storeId: store.storeId,
      guarantees: store.guarantees,
      read: (name, options) => store.read(name, options),
      watch: (name, options) => store.watch(name, options),
      journal: (name, after) => store.journal(name, after),
      list: () => store.list(),
      probe: () => store.probe(),
      close: () => store.close(),
      ...(store.vigil && { vigil: store.vigil }),
      compareAndSwap: async (expected, record, event, options) => {
        // What a dead process had begun to do it never does.
        if (!process.alive) return await new Promise<never>(() => {});
        const { name, epoch, nonce } = record;
        const holder = record.holder?.instanceId ?? "";
        const renews = event.type === "lease.renewed";
        if (renews) {
          // What it has just been answered it knows before it asks again.
          this.lookAround();
          this.note({ kind: "renewing", at: this.nowMs, lease: name, holder, epoch, nonce });
        }
        const result = await store.compareAndSwap(expected, record, event, options);
        if (renews && result.outcome === "unknown")
          this.note({ kind: "renew-unknown", at: this.nowMs, lease: name, holder, epoch, nonce });
        if (options.durable && result.outcome === "committed" && !this.tampered)
          this.note({ kind: "acked", at: this.nowMs, lease: name, position: this.positionOf(nonce), epoch });
        return result;
      },
    };
  }

  #end(term: WatchedTerm, reason: string): void {
    if (!this.#terms.delete(term)) return;
    const { lease, holder } = term;
    this.note({ kind: "ended", at: this.nowMs, lease: lease.name, holder, epoch: lease.epoch, reason });
  }

  #noteRenewed(term: WatchedTerm): void {
    const { lease, holder } = term;
    const sentAt = this.#trueTimeOf(term);
    term.renewedAt = lease.renewedAt;
    term.validUntil = this.#validUntil(term);
    const { name, epoch, record } = lease;
    const { nonce } = record;
    const { validUntil } = term;
    this.note({ kind: "renewed", at: this.nowMs, lease: name, holder, epoch, nonce, sentAt, validUntil });
  }

  #noteGrant(term: WatchedTerm): void {
    const { process, lease, holder } = term;
    term.validUntil = this.#validUntil(term);
    this.note({
      kind: "granted",
      at: this.nowMs,
      lease: lease.name,
      holder,
      epoch: lease.epoch,
      sentAt: this.#trueTimeOf(term),
      renewDeadlineMs: lease.record.renewDeadlineMs / process.machine.clock.rate,
      validUntil: term.validUntil,
    });
  }

  /** Where nothing is left of it, it has ended before. */
  #validUntil(term: WatchedTerm): number {
    const { lease, process } = term;
    const { rate } = process.machine.clock;
    const leftMs = lease.remainingMs();
    if (leftMs > 0) return this.nowMs + leftMs / rate;
    return Math.min(this.nowMs, this.#trueTimeOf(term) + lease.record.renewDeadlineMs / rate);
  }

  #trueTimeOf({ process, lease }: WatchedTerm): number {
    const { boottimeMs } = process.clock.now();
    return this.nowMs - (boottimeMs - lease.renewedAt.boottimeMs) / process.machine.clock.rate;
  }
}
