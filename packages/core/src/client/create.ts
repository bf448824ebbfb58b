import type { ClaimOptions, LeaseClient, LeaseClientOptions } from "../client.ts";
import type { ProveDeath } from "../identity.ts";
import type { Lease } from "../lease.ts";
import { toRemark } from "../protocol/decision.ts";
import { decidePause, decideResume } from "../protocol/pause.ts";
import { decideRevoke } from "../protocol/revoke.ts";
import { decideTransferRequest } from "../protocol/transfer.ts";
import { assertSafeTiming } from "../timing/prove.ts";
import { resolveTiming } from "../timing/resolve.ts";
import { acquireTerm, tryAcquireTerm } from "./acquiring.ts";
import { attachTerm } from "./attaching.ts";
import { Candidacy, type WonTerm } from "./candidacy.ts";
import type { ClientContext } from "./context.ts";
import { HeldLease } from "./held-lease.ts";
import { Lookout } from "./lookout.ts";
import { mark, type Decide } from "./marking.ts";
import { Observer } from "./observer.ts";
import { observe } from "./observing.ts";
import { statusOf } from "./status.ts";
import { read } from "./swap.ts";
import { Tenure } from "./tenure.ts";
import { assertDuration, assertEpoch, assertIdentity, assertName, assertText } from "./usage.ts";
import { TermVigil } from "./vigil.ts";
import { WaitingRoom } from "./waiting-room.ts";

/**
 * One candidate at one store.
 * @throws LeaseError `EUNSAFETIMING` when the timing cannot keep what it promises, `ECONFIG` for a timing that is none,
 * `EUSAGE` for an identity that is none.
 */
export function createLeaseClient(options: LeaseClientOptions): LeaseClient {
  const timing = resolveTiming(options.timing);
  assertSafeTiming(timing);
  assertIdentity(options.identity.holderIdentity);
  const { store, identity, clock, randomToken, sightings } = options;
  const proveDeath = options.proveDeath === undefined ? undefined : harmless(options.proveDeath);
  const context: ClientContext = {
    store,
    identity,
    clock,
    lookout: new Lookout(clock, timing.renewDeadlineMs),
    randomToken,
    settings: options.timing ?? {},
    timing,
    proveDeath,
  };
  const candidacies = new Map<string, Candidacy>();
  const lastLeases = new Map<string, HeldLease>();

  function candidacyFor(name: string, { aboveEpoch = 0 }: ClaimOptions): Candidacy {
    assertName(name);
    assertEpoch("aboveEpoch", aboveEpoch);
    const candidacy = candidacies.get(name) ?? new Candidacy(context, name);
    candidacies.set(name, candidacy);
    candidacy.raise(aboveEpoch);
    return candidacy;
  }

  /** Whoever orders has seen the record as it stands then: from there on a one-shot candidate may count. */
  async function order(name: string, decide: Decide): Promise<void> {
    await mark(context, name, decide);
    if (sightings === undefined) return;
    try {
      const observer = new Observer(context);
      const snapshot = await read(context, name);
      observer.see(snapshot);
      await sightings.save(name, observer.sighting(snapshot));
    } catch {
      // The order stands; whoever comes next counts from its own first sight.
    }
  }

  /** From the won term to the lease in hand. */
  function takeOffice(name: string, term: WonTerm): Lease {
    const { holderIdentity, holder } = identity;
    const tenure = new Tenure(context, { ...term, holderIdentity, instanceId: holder.instanceId, timing });
    const vigil = new TermVigil(context, name, term.record.epoch);
    const lease = new HeldLease({ context, tenure, predecessor: term.predecessor, vigil });
    void lastLeases.get(name)?.closeVigil();
    lastLeases.set(name, lease);
    return lease;
  }

  return {
    async tryAcquire(name, options = {}) {
      const candidacy = candidacyFor(name, options);
      const term = await tryAcquireTerm(context, candidacy, sightings);
      return term === null ? null : takeOffice(name, term);
    },

    async acquire(name, { signal, timeoutMs, onTrouble, ...options } = {}) {
      const candidacy = candidacyFor(name, options);
      if (timeoutMs !== undefined && timeoutMs !== Infinity) assertDuration("timeoutMs", timeoutMs);
      const patience = timeoutMs === Infinity ? {} : { timeoutMs };
      const room = new WaitingRoom(context, candidacy, { signal, onTrouble, ...patience });
      const term = await acquireTerm(candidacy, room);
      clock.startTimer(0, () => room.close());
      return takeOffice(name, term);
    },

    async attach(name, term, options) {
      assertName(name);
      const tenure = await attachTerm(context, name, term, options);
      return new HeldLease({ context, tenure, predecessor: null, vigil: null });
    },

    async requestTransfer(name, to, { expiresAfterMs = timing.leaseDurationMs } = {}) {
      assertName(name);
      assertIdentity(to);
      assertDuration("expiresAfterMs", expiresAfterMs);
      const preferredHolder = { holderIdentity: to, expiresAfterMs };
      const by = identity.holderIdentity;
      await order(name, (snapshot, nonce) =>
        decideTransferRequest(snapshot, { by, preferredHolder, nonce, wallTime: clock.wallTime() }),
      );
    },

    async revoke(name, reason) {
      assertName(name);
      assertText("reason", reason);
      const by = identity.holderIdentity;
      await order(name, (snapshot, nonce) =>
        decideRevoke(snapshot, { by, reason: toRemark(reason), nonce, wallTime: clock.wallTime() }),
      );
    },

    async pause(name, { expiresAfterMs, reason }) {
      assertName(name);
      assertDuration("expiresAfterMs", expiresAfterMs);
      assertText("reason", reason);
      const pause = { by: identity.holderIdentity, expiresAfterMs, reason: toRemark(reason) };
      await order(name, (snapshot, nonce) => decidePause(snapshot, { ...pause, nonce, wallTime: clock.wallTime() }));
    },

    async resume(name) {
      assertName(name);
      const by = identity.holderIdentity;
      await order(name, (snapshot, nonce) => decideResume(snapshot, { by, nonce, wallTime: clock.wallTime() }));
    },

    observe(name, { signal }) {
      assertName(name);
      return observe(context, name, signal);
    },

    async status(name) {
      assertName(name);
      return statusOf(context, await read(context, name));
    },
  };
}

/** A prover that fails has proved nothing, and must not end a wait. */
function harmless(proveDeath: ProveDeath): ProveDeath {
  return (process, options) => {
    try {
      return proveDeath(process, options);
    } catch (error) {
      return { verdict: "unknown", evidence: String(error) };
    }
  };
}
