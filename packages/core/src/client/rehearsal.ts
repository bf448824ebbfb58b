import { toRemark } from "../protocol/decision.ts";
import { hasListeners } from "../publish.ts";
import type { LeaseStore, Snapshot, SwapOutcome } from "../store.ts";
import { Candidacy } from "./candidacy.ts";
import type { ClientContext } from "./context.ts";
import { HeldLease } from "./held-lease.ts";
import { Tenure } from "./tenure.ts";

/**
 * Goes the whole way from a free lease to holding it once, on a stage: nothing reaches the store and nothing is told. Code
 * that has run before runs at once when it counts, which is in the milliseconds after a holder has left.
 */
export async function rehearse(context: ClientContext, snapshot: Snapshot): Promise<void> {
  const { record } = snapshot;
  if (record === null) return;
  const stage: ClientContext = { ...context, store: stageStore(context.store), randomToken: () => "rehearsal" };
  await new Candidacy(stage, snapshot.name).attempt({
    ...snapshot,
    record: { ...record, holderIdentity: null, holder: null },
  });
  hasListeners("lease.acquired");
  toRemark("evidence of a death");
  const { holderIdentity, holder } = context.identity;
  const { instanceId } = holder;
  const sentAt = context.clock.now();
  const tenure = new Tenure(stage, {
    snapshot,
    record,
    holderIdentity,
    instanceId,
    sentAt,
    timing: context.timing,
  });
  tenure.validity.stop();
  new HeldLease({ context: stage, tenure, predecessor: record, vigil: null }).remainingMs();
}

/** Answers every claim with a conflict. */
function stageStore(store: LeaseStore): LeaseStore {
  const conflict: SwapOutcome = { outcome: "conflict" };
  return {
    storeId: store.storeId,
    guarantees: store.guarantees,
    read: store.read.bind(store),
    compareAndSwap: (_expected, record, event) => {
      JSON.stringify([record, event]);
      return Promise.resolve(conflict);
    },
    watch: store.watch.bind(store),
    journal: store.journal.bind(store),
    list: store.list.bind(store),
    probe: store.probe.bind(store),
    close: () => Promise.resolve(),
  };
}
