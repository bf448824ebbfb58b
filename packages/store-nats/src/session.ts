import { JetStreamApiError, jetstreamManager, type JetStreamClient, type JetStreamManager } from "@nats-io/jetstream";
import { errors, type NatsConnection, type NodeConnectionOptions } from "@nats-io/transport-node";
import { LeaseError, orAborted, SentError } from "@tenure/core";
import { dial } from "./dial.ts";

/** The client library lets nobody wait longer for one answer, whatever else bounds it. */
const REQUEST_MAX_MS = 30_000;
/** A connection that takes longer is given up. */
const CONNECT_MS = 3_000;
/** How often an idle connection is tried; one that does not answer is ended when it is the turn of the next. */
const PING_MS = 10_000;

const settings: NodeConnectionOptions = {
  name: "tenure",
  timeout: CONNECT_MS,
  reconnect: false,
  // Only those that were named.
  ignoreClusterUpdates: true,
  pingInterval: PING_MS,
  maxPingOut: 1,
  noAsyncTraces: true,
};

export interface Line {
  readonly connection: NatsConnection;
  readonly manager: JetStreamManager;
  readonly jetstream: JetStreamClient;
  /** The server is none of a cluster: it carries out what it is sent by one connection in that order. */
  readonly isAlone: boolean;
}

type Reason = readonly [server: string, cause: unknown];

/** No server took the connection; what the last one failed with is the cause. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";

  constructor(reasons: readonly Reason[]) {
    const told = reasons.map(
      ([server, cause]) => `${server}: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
    super(told.join("; "), { cause: reasons.at(-1)?.[1] });
  }
}

export type Ask<T> = (line: Line) => Promise<T>;

/**
 * One connection, which all requests share. One that did not answer in time is used by no new request. It never connects again by
 * itself, since the client library would then send what was given up long ago.
 */
export class Session {
  readonly #servers: readonly NodeConnectionOptions[];
  /** Set once it is closed. Whoever waits is told by the end of the connection. */
  #closed: LeaseError | undefined;
  /** Ends the connections that are being made. */
  readonly #closing = new AbortController();
  readonly #all = new Set<Promise<Line>>();
  #line: { readonly ready: Promise<Line>; pending: number } | null = null;

  constructor(servers: readonly NodeConnectionOptions[]) {
    this.#servers = servers;
  }

  /** @throws SentError with the cause, when the outcome is not known. */
  async ask<T>(request: Ask<T>, signal?: AbortSignal): Promise<T> {
    this.#refuse(signal);
    const line = (this.#line ??= { ready: this.#dial(), pending: 0 });
    line.pending += 1;
    let wasSent = false;
    try {
      const ready = await orAborted(line.ready, signal);
      this.#refuse(signal);
      wasSent = true;
      return await orAborted(request(ready), signal);
    } catch (error) {
      if (!isAnswer(error) && this.#line === line) this.#line = null;
      if (wasSent) throw new SentError("the request was sent", { cause: this.#closed ?? error });
      this.#refuse(signal);
      throw error;
    } finally {
      line.pending -= 1;
      // Others on it may still be answered.
      if (line.pending === 0 && this.#line !== line) this.#end(line.ready);
    }
  }

  /** A connection for whoever listens; it is the caller's to end. */
  async connect(): Promise<Line> {
    return await this.#dial();
  }

  async end(): Promise<void> {
    this.#closed = new LeaseError("ESTOREUNAVAILABLE", "NATS: this store is closed");
    this.#line = null;
    this.#closing.abort(this.#closed);
    await Promise.allSettled([...this.#all].map(async (ready) => await (await ready).connection.close()));
  }

  #dial(): Promise<Line> {
    const ready = this.#open();
    this.#all.add(ready);
    ready.then(
      async ({ connection }) => {
        await connection.closed();
        this.#all.delete(ready);
        if (this.#line?.ready === ready) this.#line = null;
      },
      () => this.#all.delete(ready),
    );
    return ready;
  }

  /** At the first server that takes it. @throws UnreachableError. */
  async #open(): Promise<Line> {
    const reasons: Reason[] = [];
    for (const server of this.#servers) {
      try {
        const connection = await dial({ ...server, ...settings }, this.#closing.signal);
        const manager = await jetstreamManager(connection, { checkAPI: false, timeout: REQUEST_MAX_MS });
        const { cluster, jetstream: hasJetStream } = connection.info ?? {};
        const isAlone = cluster === undefined && hasJetStream === true;
        return { connection, manager, jetstream: manager.jetstream(), isAlone };
      } catch (error) {
        reasons.push([String(server.servers), error]);
      }
    }
    throw new UnreachableError(reasons);
  }

  #refuse(signal: AbortSignal | undefined): void {
    if (this.#closed !== undefined) throw this.#closed;
    if (signal?.aborted !== true) return;
    const { reason: cause } = signal as { readonly reason: unknown };
    throw cause instanceof LeaseError
      ? cause
      : new LeaseError("EABORTED", "the request was given up before it was sent", {}, { cause });
  }

  #end(ready: Promise<Line>): void {
    ready.then(
      ({ connection }) => connection.close(),
      () => {},
    );
  }
}

/** The server said so itself, or told that nobody there would answer: what it was asked for did not take effect. */
export function isAnswer(error: unknown): boolean {
  const said = error instanceof errors.RequestError ? error.cause : error;
  return said instanceof JetStreamApiError || said instanceof errors.PermissionViolationError || isNobodyThere(said);
}

/** The client library has a class for it, which it keeps to itself. */
export function isNobodyThere(error: unknown): error is Error {
  return error instanceof Error && error.name === "JetStreamNotEnabled";
}
