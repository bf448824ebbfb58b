import type { LeaseClient, LeaseClientOptions } from "../client.ts";
import { elapsedAtMostMs } from "../clock.ts";
import type { ProveDeath } from "../identity.ts";
import type { Lease } from "../lease.ts";
import { toRemark } from "../protocol/decision.ts";
import { decideRevoke } from "../protocol/revoke.ts";
import { decideTransferRequest } from "../protocol/transfer.ts";
import { assertSafeTiming } from "../timing/prove.ts";
import { resolveTiming } from "../timing/resolve.ts";
import { acquireTerm, tryAcquireTerm } from "./acquiring.ts";
import { attachTerm } from "./attaching.ts";
import { Candidacy, type WonTerm } from "./candidacy.ts";
import type { ClientContext } from "./context.ts";
import { HeldLease } from "./held-lease.ts";
import { mark } from "./marking.ts";
import { observe } from "./observing.ts";
import { statusOf } from "./status.ts";
import { read } from "./swap.ts";
import { Tenure } from "./tenure.ts";
import { assertDuration, assertIdentity, assertName } from "./usage.ts";
import { keepVigil, type KeptVigil } from "./vigil.ts";
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
    randomToken,
    settings: options.timing ?? {},
    timing,
    proveDeath,
  };
  const candidacies = new Map<string, Candidacy>();
  const lastLeases = new Map<string, HeldLease>();

  function candidacyFor(name: string): Candidacy {
    assertName(name);
    const candidacy = candidacies.get(name) ?? new Candidacy(context, name);
    candidacies.set(name, candidacy);
    return candidacy;
  }

  /** From the won term to the lease in hand: `null` when so much time went by on the way that nothing is left of it. */
  async function takeOffice(candidacy: Candidacy, term: WonTerm): Promise<Lease | null> {
    const { holderIdentity, holder } = identity;
    const vigil = await (term.vigil ?? keepVigil(context, candidacy.name, term.record.epoch));
    if (elapsedAtMostMs(term.sentAt, clock.now()) >= term.record.renewDeadlineMs) {
      await candidacy.giveBack(term.snapshot, term.record);
      await vigil?.close().catch(() => {});
      return null;
    }
    const lease = leaseOf({ ...term, holderIdentity, instanceId: holder.instanceId }, vigil);
    await lastLeases.get(candidacy.name)?.closeVigil();
    lastLeases.set(candidacy.name, lease);
    return lease;
  }

  function leaseOf(
    start: WonTerm & { readonly holderIdentity: string; readonly instanceId: string },
    vigil: KeptVigil | null,
  ): HeldLease {
    return new HeldLease({
      context,
      tenure: new Tenure(context, { ...start, timing }),
      predecessor: start.predecessor,
      vigil,
    });
  }

  return {
    async tryAcquire(name) {
      const candidacy = candidacyFor(name);
      const term = await tryAcquireTerm(context, candidacy, sightings);
      return term === null ? null : await takeOffice(candidacy, term);
    },

    async acquire(name, { signal, timeoutMs, onTrouble } = {}) {
      const candidacy = candidacyFor(name);
      if (timeoutMs !== undefined && timeoutMs !== Infinity) assertDuration("timeoutMs", timeoutMs);
      const since = clock.now().monotonicMs;
      for (;;) {
        const leftMs = Math.max(0, (timeoutMs ?? Infinity) - (clock.now().monotonicMs - since));
        const patience = leftMs === Infinity ? {} : { timeoutMs: leftMs };
        const room = new WaitingRoom(context, candidacy, { signal, onTrouble, ...patience });
        const office = takeOffice(candidacy, await acquireTerm(candidacy, room));
        // While the vigil is being set up: whoever waits for this leader waits for nothing else.
        room.close();
        const lease = await office;
        if (lease !== null) return lease;
      }
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
      await mark(context, name, (snapshot, nonce) =>
        decideTransferRequest(snapshot, { by, preferredHolder, nonce, wallTime: clock.wallTime() }),
      );
    },

    async revoke(name, reason) {
      assertName(name);
      const by = identity.holderIdentity;
      await mark(context, name, (snapshot, nonce) =>
        decideRevoke(snapshot, { by, reason: toRemark(reason), nonce, wallTime: clock.wallTime() }),
      );
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
      return { verdict: "unknown", evidence: error instanceof Error ? error.message : "the proof failed" };
    }
  };
}
