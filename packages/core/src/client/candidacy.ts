import type { LeaseRecord } from "@tenure/schema";
import { elapsedAtMostMs, type Instant } from "../clock.ts";
import { LeaseError } from "../errors.ts";
import { decideAcquire, type Candidate } from "../protocol/acquire.ts";
import type { Commit, Wait } from "../protocol/decision.ts";
import { releaseOf } from "../protocol/release.ts";
import { publish } from "../publish.ts";
import type { Snapshot } from "../store.ts";
import { deadlineAfter, type ClientContext } from "./context.ts";
import { Observer } from "./observer.ts";
import { asError } from "./request.ts";
import { read, swap } from "./swap.ts";

/** A term that was won: what stands, when it was asked for, and what stood before. */
export interface WonTerm {
  readonly snapshot: Snapshot;
  readonly record: LeaseRecord;
  readonly sentAt: Instant;
  readonly predecessor: LeaseRecord | null;
}

/** What came of one attempt. */
export type Attempt =
  | { readonly outcome: "won"; readonly term: WonTerm }
  | Wait
  /** What was seen is old, or nobody knows: look again. */
  | { readonly outcome: "look-again"; readonly trouble?: Error };

interface Claim {
  readonly commit: Commit;
  readonly sentAt: Instant;
  readonly predecessor: LeaseRecord | null;
}

/** Claims whose outcome is unknown are remembered this many deep; each is void after its own deadline anyway. */
const REMEMBERED_CLAIMS = 16;

/** One client's standing wish for one lease: what it saw of it, and what it may have won without knowing. */
export class Candidacy {
  readonly name: string;
  readonly observer: Observer;
  readonly #context: ClientContext;
  readonly #unresolved = new Map<string, Claim>();
  #aboveEpoch = 0;

  constructor(context: ClientContext, name: string) {
    this.#context = context;
    this.name = name;
    this.observer = new Observer(context);
  }

  /** Epochs up to this one were issued elsewhere. */
  raise(aboveEpoch: number): void {
    this.#aboveEpoch = Math.max(this.#aboveEpoch, aboveEpoch);
  }

  /** Decides on a snapshot, and claims the lease if it may. Runs to the compare-and-swap without waiting for anything. */
  async attempt(snapshot: Snapshot, signal?: AbortSignal): Promise<Attempt> {
    this.observer.see(snapshot);
    const found = this.#find(snapshot);
    if (found !== undefined) return await this.#resolve(snapshot, found, signal);
    this.observer.judgeHolder(snapshot.record);
    const sentAt = this.#context.clock.now();
    const decision = decideAcquire(snapshot, this.#candidate(sentAt), this.observer.evidence(snapshot));
    if (decision.outcome === "wait") return decision;
    if (decision.outcome === "refuse") throw new LeaseError(decision.code, decision.message, factsOf(snapshot));
    return await this.#claim(snapshot, { commit: decision, sentAt, predecessor: snapshot.record }, signal);
  }

  /** Gives back what may have been won without being wanted any more. Never throws: it then ends by its lease duration. */
  async abandon(): Promise<void> {
    if (this.#unresolved.size === 0) return;
    try {
      const snapshot = await read(this.#context, this.name);
      const claim = this.#find(snapshot);
      // From here on nobody takes it up any more.
      this.#unresolved.clear();
      if (claim !== undefined) await this.giveBack(snapshot, claim.commit.record);
    } catch {
      // Nobody leads by it, and nobody renews it.
    }
  }

  /** Releases a term of our own that nobody leads by. */
  async giveBack(snapshot: Snapshot, record: LeaseRecord): Promise<void> {
    const { clock, randomToken, identity } = this.#context;
    const { holderIdentity } = identity;
    const release = { nonce: randomToken(), wallTime: clock.wallTime(), reason: "stopped" } as const;
    const decision = releaseOf(record, { name: record.name, epoch: record.epoch, holderIdentity }, release);
    const { outcome } = await swap(this.#context, snapshot, decision);
    if (outcome === "committed") publish(decision.event);
  }

  async #claim(snapshot: Snapshot, claim: Claim, signal: AbortSignal | undefined): Promise<Attempt> {
    const result = await swap(this.#context, snapshot, claim.commit, { signal });
    if (result.outcome === "committed") return await this.#takeUp(result.snapshot, claim);
    if (result.outcome === "conflict") return { outcome: "look-again" };
    if (result.outcome === "failed") throw result.cause;
    this.#remember(claim);
    return { outcome: "look-again", trouble: asError(result.cause) };
  }

  /**
   * A claim that stands and was never answered. What is seen may still go with the power, where a disk failed to sync it: so it is in
   * hand once it was written again, and counts from when it was first sent.
   */
  async #resolve(snapshot: Snapshot, claim: Claim, signal: AbortSignal | undefined): Promise<Attempt> {
    if (this.#isOver(claim)) return await this.#takeUp(snapshot, claim);
    const record = { ...claim.commit.record, nonce: this.#context.randomToken() };
    return await this.#claim(snapshot, { ...claim, commit: { ...claim.commit, record } }, signal);
  }

  async #takeUp(snapshot: Snapshot, claim: Claim): Promise<Attempt> {
    const { commit, sentAt, predecessor } = claim;
    const { record } = commit;
    this.#unresolved.clear();
    publish(commit.event);
    if (!this.#isOver(claim)) return { outcome: "won", term: { snapshot, record, sentAt, predecessor } };
    await this.giveBack(snapshot, record);
    return { outcome: "look-again" };
  }

  #isOver({ commit, sentAt }: Claim): boolean {
    return elapsedAtMostMs(sentAt, this.#context.clock.now()) >= commit.record.renewDeadlineMs;
  }

  #find({ record }: Snapshot): Claim | undefined {
    return record === null ? undefined : this.#unresolved.get(record.nonce);
  }

  #remember(claim: Claim): void {
    this.#unresolved.set(claim.commit.record.nonce, claim);
    // The oldest first.
    for (const nonce of this.#unresolved.keys())
      if (this.#unresolved.size > REMEMBERED_CLAIMS) this.#unresolved.delete(nonce);
  }

  #candidate(sentAt: Instant): Candidate {
    const { identity, timing, randomToken, clock } = this.#context;
    const deadline = deadlineAfter(this.#context, sentAt, timing.renewDeadlineMs);
    const aboveEpoch = this.#aboveEpoch;
    return { identity, timing, nonce: randomToken(), wallTime: clock.wallTime(), deadline, aboveEpoch };
  }
}

export function factsOf({ name, record }: Snapshot): { name: string; holderIdentity?: string | null; epoch?: number } {
  return record === null ? { name } : { name, holderIdentity: record.holderIdentity, epoch: record.epoch };
}
