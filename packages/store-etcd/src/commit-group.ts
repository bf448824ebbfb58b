import { GroupCommit, LeaseError, SentError, type GroupedSwap, type Way } from "@tenure/core";
import { hadNoEffect } from "./failure.ts";
import { RefusedError, type Gateway } from "./gateway.ts";
import { readTxn, txnBody, TXN, type Txn, type TxnAnswer } from "./txn.ts";

/** A server takes 128 operations, and a swap is five at most. */
const SWAPS_MAX = 25;
/** A server takes 1.5 MB. */
const LENGTH_MAX = 1_000_000;

export interface AskedCommit extends GroupedSwap {
  readonly txn: Txn;
}

/** What several swaps ask for becomes one transaction: it takes effect if what each expects stands, and otherwise not at all. */
export function groupCommit(gateway: Gateway): GroupCommit<AskedCommit, TxnAnswer> {
  const way: Way<AskedCommit, TxnAnswer> = { send: (asked, signal) => commit(gateway, asked, signal), leave: () => {} };
  return new GroupCommit({
    open: () => Promise.resolve(way),
    notSent: (cause) => new LeaseError("EABORTED", "the request was given up before it was sent", {}, { cause }),
    swapsMax: SWAPS_MAX,
    lengthMax: LENGTH_MAX,
  });
}

async function commit(
  gateway: Gateway,
  asked: readonly AskedCommit[],
  signal: AbortSignal,
): Promise<readonly TxnAnswer[] | null> {
  const isOne = asked.length === 1;
  try {
    const body = txnBody(together(asked.map(({ txn }) => txn)));
    const answer = readAnswer(await gateway.call(TXN, body, { signal, isRepeatable: false }));
    return answer.succeeded || isOne ? asked.map(() => answer) : null;
  } catch (error) {
    if (!hadNoEffect(error))
      throw error instanceof SentError ? error : new SentError("the request was sent", { cause: error });
    // One of them may be too long, or of a lease that this user may not write.
    if (error instanceof RefusedError && !isOne) return null;
    throw error;
  }
}

/** Each names the store, and asks what stands there when it fails. */
function together(txns: readonly Txn[]): Txn {
  const [first] = txns;
  return {
    compare: txns.flatMap(({ compare }, at) => (at === 0 ? compare : compare.slice(1))),
    success: txns.flatMap(({ success }) => success),
    failure: first?.failure ?? [],
  };
}

/** @throws SentError for an answer that is none. */
function readAnswer(told: unknown): TxnAnswer {
  try {
    return readTxn(told);
  } catch (cause) {
    throw new SentError("the request was sent", { cause });
  }
}
