import type { Observation, StoreOperation, SwapOperation } from "@tenure/history";
import { Rejected, traceOf, type Change } from "./trace.ts";
import { walk, type Timing } from "./walk.ts";

/** A process learned what stood in the store, by reading, by a watch, or since it was its own. */
export interface Stood {
  readonly kind: "stood";
  readonly at: number;
  readonly lease: string;
  readonly nonce: string;
  readonly holder: string | null;
  readonly epoch: number;
}

/** What real processes wrote down, each for itself, by one clock. */
export interface RecordedHistory {
  readonly operations: readonly StoreOperation[];
  readonly observations: readonly Observation[];
  readonly stood: readonly Stood[];
}

/** One sentence for each lease whose history the model cannot have produced. */
export function rejectionsOf(recorded: RecordedHistory, timing: Timing): string[] {
  const leases = new Set(recorded.operations.map(({ lease }) => lease));
  return [...leases].flatMap((lease) => {
    const { operations, observations, stood } = ofLease(recorded, lease);
    try {
      walk(traceOf(observations, changesIn(operations, stood)), timing);
      return [];
    } catch (error) {
      if (error instanceof Rejected) return [`${lease}: ${error.message}`];
      throw error;
    }
  });
}

/**
 * The changes of one lease, in the store's order: each names what it replaced. An unknown one took effect if somebody saw it stand.
 * @throws Rejected where what stood does not form one row.
 */
function changesIn(operations: readonly StoreOperation[], stood: readonly Stood[]): Change[] {
  const swaps = operations.filter((it): it is SwapOperation => it.kind === "swap");
  const written = new Map(swaps.map((swap) => [swap.value, swap]));
  const next = new Map<string | null, Change & { readonly sentAt: number }>();
  for (const { nonce, holder, epoch, at } of firstSeen(stood)) {
    const swap = written.get(nonce);
    if (swap === undefined) throw new Rejected(`what stood was written by nobody: ${nonce}`, at);
    if (next.has(swap.expected)) throw new Rejected("two writes took effect that replaced the same", at);
    next.set(swap.expected, { at, nonce, holder, epoch, sentAt: swap.sentAt });
  }
  const changes: Change[] = [];
  for (let change = next.get(null); change !== undefined; change = next.get(change.nonce)) {
    next.delete(written.get(change.nonce)?.expected ?? null);
    changes.push(change);
  }
  const [left] = next.values();
  if (left !== undefined) throw new Rejected("what it replaced never stood", left.at);
  return changes;
}

/** Each nonce once, by whoever knew of it first. */
function firstSeen(stood: readonly Stood[]): Iterable<Stood> {
  const first = new Map<string, Stood>();
  for (const it of stood) if (it.at < (first.get(it.nonce)?.at ?? Infinity)) first.set(it.nonce, it);
  return first.values();
}

function ofLease({ operations, observations, stood }: RecordedHistory, lease: string): RecordedHistory {
  const isOfLease = (it: object): boolean => "lease" in it && it.lease === lease;
  return {
    operations: operations.filter(isOfLease),
    observations: observations.filter(isOfLease),
    stood: stood.filter(isOfLease),
  };
}
