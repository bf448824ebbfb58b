import { causeOf, GroupCommit, SentError } from "@tenure/core";
import type { Pool, PoolClient, QueryResultRow } from "pg";
import { lostToAnother, refusedByServer } from "./failure.ts";
import { askBy, connect, noConnection } from "./session.ts";
import type { Statement } from "./statements.ts";

/** What one swap asks for, as the server takes it. */
export interface AskedSwap {
  readonly name: string;
  readonly expected: string;
  readonly record: string;
  readonly event: string;
  /** Whether its own transaction tells those who watch. */
  readonly tells: boolean;
}

export interface Swapped extends QueryResultRow {
  readonly outcome: "committed" | "conflict" | "regression";
  readonly revision: string | null;
  readonly floor_epoch: string;
  readonly floor_wait_ms: string;
}

/** The tables are of another store, if any, so nothing was swapped. */
export interface Elsewhere extends QueryResultRow {
  readonly outcome: null;
  readonly store_id: string | null;
}

const SWAPS_A_TRANSACTION = 100;
const LENGTH_MAX = 4 * 1024 * 1024;
/** A swap that was rolled back for the sake of others is sent so often in all. */
const SENDS_MAX = 5;
/** Swaps that never end one after another let others wait for so many transactions. */
const TRANSACTIONS_BEFORE_REST = 16;

/** Swaps of one server, as many as wait in one transaction. */
export class Swaps {
  readonly #together: GroupCommit<AskedSwap & { readonly length: number }, Swapped | Elsewhere>;

  constructor(pool: Pool, statement: Statement, storeId: string) {
    this.#together = new GroupCommit({
      open: async () => {
        const client = await connect(pool);
        return {
          send: (asked, signal) => swapAll(client, statement, storeId, asked, signal),
          leave: () => client.release(),
        };
      },
      notSent: noConnection,
      swapsMax: SWAPS_A_TRANSACTION,
      lengthMax: LENGTH_MAX,
    });
  }

  /** @throws SentError with what the server refused it with, or when the outcome is not known; after anything else nothing was sent. */
  async swap(asked: AskedSwap, signal?: AbortSignal): Promise<Swapped | Elsewhere> {
    const swap = { ...asked, length: asked.record.length + asked.event.length };
    for (let sends = 1; ; sends += 1)
      try {
        return await this.#together.swap(swap, signal);
      } catch (error) {
        if (sends === SENDS_MAX || !(error instanceof SentError) || !lostToAnother(error.cause)) throw error;
      }
  }

  /** Resolves when nothing is under way, or has been for long: for what is less urgent than any swap, on the same server. */
  async rest(): Promise<void> {
    for (let transactions = 0; transactions < TRANSACTIONS_BEFORE_REST; transactions++) {
      // Whoever was answered just now may go on with the next swap.
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#together.isAtRest) return;
      await this.#together.nextEnd();
    }
  }
}

/** `null`: the server refused them together, so nothing took effect, and each is to be asked for alone. */
async function swapAll(
  client: PoolClient,
  statement: Statement,
  storeId: string,
  asked: readonly AskedSwap[],
  signal: AbortSignal,
): Promise<readonly (Swapped | Elsewhere)[] | null> {
  // Each swap locks its lease until the commit: whoever locks several does so in the one order.
  const inOrder = asked.toSorted(byName);
  let rows: readonly (Swapped | Elsewhere)[];
  try {
    ({ rows } = await askBy<Swapped | Elsewhere>(client, statement, [...valuesOf(inOrder), storeId], { signal }));
  } catch (error) {
    if (asked.length > 1 && refusedByServer(causeOf(error))) return null;
    throw error;
  }
  const [first] = rows;
  if (first?.outcome === null) return asked.map(() => first);
  const answers = new Map(inOrder.map(({ name }, at) => [name, rows[at]]));
  return asked.map(({ name }) => {
    const answer = answers.get(name);
    if (answer === undefined) throw new SentError("it brought no answer");
    return answer;
  });
}

function valuesOf(asked: readonly AskedSwap[]): readonly unknown[] {
  return [
    asked.map(({ name }) => name),
    asked.map(({ expected }) => expected),
    asked.map(({ record }) => record),
    asked.map(({ event }) => event),
    asked.map(({ tells }) => tells),
  ];
}

function byName(a: AskedSwap, b: AskedSwap): number {
  return a.name < b.name ? -1 : Number(a.name > b.name);
}
