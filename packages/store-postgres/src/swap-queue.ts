import { orAborted } from "@tenure/core";
import type { Pool, PoolClient, QueryResultRow } from "pg";
import { askBy, connect, noConnection, SentError } from "./session.ts";
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

type Answer = { readonly swapped: Swapped } | { readonly error: unknown };

/** One swap, from when it is asked for to its answer. */
interface Turn {
  readonly asked: AskedSwap;
  readonly answered: Promise<Answer>;
  readonly answer: (answer: Answer) => void;
  /** Once it is set, the swap may take effect. Aborted when nobody waits for any swap of the transaction. */
  transaction: { waiting: number; readonly nobodyWaits: AbortController } | null;
}

/** Transactions under way at once: one whose connection hangs must not keep the others, nor all of them those who read. */
const TRANSACTIONS_MAX = 2;
const SWAPS_A_TRANSACTION = 100;
/** Swaps that never end one after another let others wait for so many transactions. */
const TRANSACTIONS_BEFORE_REST = 16;

/**
 * Swaps that come while others are under way are committed together: one request, one wait for the disk (the group commit of DeWitt et
 * al., 1984). Each has its own outcome and its own patience.
 */
export class SwapQueue {
  readonly #pool: Pool;
  readonly #statement: Statement;
  #waiting: Turn[] = [];
  #underWay = 0;
  #connecting = 0;
  #onEnd: (() => void)[] = [];

  constructor(pool: Pool, statement: Statement) {
    this.#pool = pool;
    this.#statement = statement;
  }

  /** @throws SentError when the outcome is not known; after anything else nothing was sent. */
  async swap(asked: AskedSwap, signal?: AbortSignal): Promise<Swapped> {
    if (signal?.aborted === true) throw noConnection(signal.reason);
    const turn = turnOf(asked);
    this.#waiting.push(turn);
    this.#sendWaiting();
    const answer = await orAborted(turn.answered, signal).catch((reason: unknown) => this.#leave(turn, reason));
    if ("error" in answer) throw answer.error;
    return answer.swapped;
  }

  /** Resolves when nothing is under way, or has been for long: for what is less urgent than any swap, on the same server. */
  async rest(): Promise<void> {
    for (let transactions = 0; transactions < TRANSACTIONS_BEFORE_REST; transactions++) {
      // Whoever was answered just now may go on with the next swap.
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#underWay === 0) return;
      await new Promise<void>((resolve) => this.#onEnd.push(resolve));
    }
  }

  #leave(turn: Turn, cause: unknown): never {
    const { transaction } = turn;
    if (transaction === null) {
      this.#waiting = this.#waiting.filter((it) => it !== turn);
      throw noConnection(cause);
    }
    transaction.waiting -= 1;
    if (transaction.waiting === 0) transaction.nobodyWaits.abort(cause);
    throw new SentError("the request was sent", { cause });
  }

  #sendWaiting(): void {
    while (this.#underWay < TRANSACTIONS_MAX && this.#waiting.length > this.#connecting) {
      this.#underWay += 1;
      void this.#send().finally(() => {
        this.#underWay -= 1;
        this.#sendWaiting();
        for (const tell of this.#onEnd.splice(0)) tell();
      });
    }
  }

  /** Whatever waits by the time there is a connection goes by it. */
  async #send(): Promise<void> {
    const client = await this.#connect();
    if (client === null) return;
    const turns = this.#waiting.splice(0, SWAPS_A_TRANSACTION);
    if (turns.length === 0) return client.release();
    const nobodyWaits = new AbortController();
    const transaction = { waiting: turns.length, nobodyWaits };
    for (const turn of turns) turn.transaction = transaction;
    // Each swap locks its lease until the commit: whoever locks several does so in the one order.
    const inOrder = turns.toSorted(byName);
    try {
      const values = valuesOf(inOrder.map(({ asked }) => asked));
      const { rows } = await askBy<Swapped>(client, this.#statement, values, nobodyWaits.signal);
      for (const [at, { answer }] of inOrder.entries()) {
        const swapped = rows[at];
        answer(swapped === undefined ? { error: new SentError("it brought no answer") } : { swapped });
      }
    } catch (error) {
      for (const { answer } of turns) answer({ error });
    }
  }

  /** `null`: there was none, which all who waited for it have been told. */
  async #connect(): Promise<PoolClient | null> {
    this.#connecting += 1;
    try {
      return await connect(this.#pool);
    } catch (error) {
      for (const { answer } of this.#waiting.splice(0)) answer({ error });
      return null;
    } finally {
      this.#connecting -= 1;
    }
  }
}

function turnOf(asked: AskedSwap): Turn {
  let answer: Turn["answer"] = () => {};
  const answered = new Promise<Answer>((resolve) => {
    answer = resolve;
  });
  return { asked, answered, answer, transaction: null };
}

function valuesOf(asked: readonly AskedSwap[]): readonly (readonly unknown[])[] {
  return [
    asked.map(({ name }) => name),
    asked.map(({ expected }) => expected),
    asked.map(({ record }) => record),
    asked.map(({ event }) => event),
    asked.map(({ tells }) => tells),
  ];
}

function byName({ asked: a }: Turn, { asked: b }: Turn): number {
  return a.name < b.name ? -1 : Number(a.name > b.name);
}
