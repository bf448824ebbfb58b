import type { LeaseEvent, LeaseRecord, Pause } from "@tenure/schema";
import { DURATION_MAX_MS, quoteForDisplay, SCHEMA_VERSION } from "@tenure/schema/light";
import type { Snapshot } from "../store.ts";
import { refuse, type Commit, type Refuse, type Settled } from "./decision.ts";

/** Who asks, for those who read the history. */
export interface MaintenanceOrder {
  readonly by: string;
  readonly nonce: string;
  readonly wallTime: string;
}

export interface PauseOrder extends MaintenanceOrder {
  readonly reason: string;
  readonly expiresAfterMs: number;
}

/**
 * Nobody may acquire the lease until the pause is lifted or has stood for its time, as each candidate observes it. Whoever holds it leads
 * on, and not for longer than without it.
 */
export function decidePause(snapshot: Snapshot, { by, reason, expiresAfterMs, ...order }: PauseOrder): Commit | Refuse {
  const { record } = snapshot;
  if (record === null) return refuse("ENOTACQUIRED", `${neverHeld(snapshot)}: there is nothing to pause yet`);
  const paused = { by, nonce: order.nonce, reason, expiresAfterMs };
  return commit(snapshot, { ...record, paused }, { ...order, by, type: "lease.paused", remark: reason });
}

/** One for the longest duration there is ends only by being lifted: it bars a lease that is led elsewhere by now. */
export function endsByItself({ expiresAfterMs }: Pick<Pause, "expiresAfterMs">): boolean {
  return expiresAfterMs < DURATION_MAX_MS;
}

/** For how long a pause still keeps everybody out that stood for so long. */
export function pauseLeftMs(pause: Pause, pausedMs: number): number {
  return endsByItself(pause) ? pause.expiresAfterMs - pausedMs : pause.expiresAfterMs;
}

/** Lifts a pause, whoever asked for it. */
export function decideResume(snapshot: Snapshot, order: MaintenanceOrder): Commit | Settled | Refuse {
  const { record } = snapshot;
  if (record === null) return refuse("ENOTACQUIRED", `${neverHeld(snapshot)}: there is no pause to lift`);
  if (record.paused === null) return { outcome: "settled" };
  return commit(snapshot, { ...record, paused: null }, { ...order, type: "lease.resumed" });
}

function neverHeld({ name, epochFloor }: Snapshot): string {
  const lease = `lease ${quoteForDisplay(name)}`;
  return epochFloor === 0 ? `nobody has held ${lease}` : `the record of ${lease} is lost`;
}

function commit(
  { name }: Snapshot,
  record: LeaseRecord,
  { nonce, wallTime, ...told }: MaintenanceOrder & Pick<LeaseEvent, "type" | "remark">,
): Commit {
  const { epoch, holderIdentity } = record;
  return {
    outcome: "commit",
    record: { ...record, schemaVersion: SCHEMA_VERSION, nonce },
    event: { ...told, name, time: wallTime, epoch, holderIdentity },
    durable: true,
  };
}
