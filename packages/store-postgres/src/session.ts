import { LeaseError, orAborted, SentError } from "@tenure/core";
import type { Pool, PoolClient, QueryResult, QueryResultRow } from "pg";
import type { Statement } from "./statements.ts";

/** Nobody waits longer for one answer, whatever else bounds it. */
const ANSWER_MAX_MS = 30_000;
/** For what nobody else bounds, and is answered at once by a server that answers at all. */
export const ANSWER_MS = 5_000;

export interface AskOptions<Row> {
  /** Default: 30 s. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** Throws where the wrong one answered: the next connection may lead elsewhere. */
  readonly accept?: (rows: readonly Row[]) => void;
}

/**
 * One statement on a connection of its own.
 * @throws SentError with the cause, when the outcome is not known; what `accept` throws.
 */
export async function ask<Row extends QueryResultRow>(
  pool: Pool,
  statement: Statement,
  values: readonly unknown[],
  options: AskOptions<Row> = {},
): Promise<QueryResult<Row>> {
  return await askBy<Row>(await connect(pool, options.signal), statement, values, options);
}

/**
 * The same by a connection that is there, and given back. One whose answer nobody waits for any more is ended: whatever comes after it on
 * the same one would wait as well.
 * @throws SentError with the cause, when the outcome is not known; what `accept` throws.
 */
export async function askBy<Row extends QueryResultRow>(
  client: PoolClient,
  { name, text }: Statement,
  values: readonly unknown[],
  { timeoutMs = ANSWER_MAX_MS, signal, accept }: AskOptions<Row> = {},
): Promise<QueryResult<Row>> {
  const query = { name, text, values: [...values], query_timeout: timeoutMs };
  let result: QueryResult<Row>;
  try {
    result = await orAborted(client.query<Row>(query), signal);
  } catch (cause) {
    client.release(asError(cause));
    throw new SentError("the request was sent", { cause });
  }
  try {
    accept?.(result.rows);
  } catch (refusal) {
    client.release(asError(refusal));
    throw refusal;
  }
  client.release();
  return result;
}

/** Waits for a connection; one that comes too late goes back to the pool. */
export async function connect(pool: Pool, signal?: AbortSignal): Promise<PoolClient> {
  if (hasAborted(signal))
    throw new LeaseError("EABORTED", "the request was given up before it was sent", {}, { cause: signal?.reason });
  const connecting = pool.connect();
  try {
    const client = await orAborted(connecting, signal);
    if (client.listenerCount("error") === 0) client.on("error", endsByItself);
    return client;
  } catch (error) {
    connecting.then((late) => late.release()).catch(() => {});
    if (!hasAborted(signal)) throw error;
    throw noConnection(error);
  }
}

/** It was given up while it waited for a connection. */
export function noConnection(cause: unknown): LeaseError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const message = `PostgreSQL: no connection was made, so nothing was sent: ${why}`;
  return new LeaseError("ESTOREUNAVAILABLE", message, {}, { cause });
}

/** What ends a connection is told to whoever asks something by it; with nobody to hear it, it would end the program. */
export function endsByItself(): void {}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** Asked anew each time, since it changes while something is waited for. */
function hasAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted ?? false;
}
