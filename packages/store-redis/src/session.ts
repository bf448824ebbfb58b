import { LeaseError, orAborted, SentError } from "@tenure/core";
import { Redis, type RedisOptions } from "ioredis";

/** Nobody waits longer for one answer, whatever else bounds it. */
const REQUEST_MAX_MS = 30_000;
/** A connection by which nothing can be asked by then is given up. */
const CONNECT_MS = 3_000;

export type Ask = (client: Redis) => Promise<unknown>;

interface Line {
  readonly client: Redis;
  readonly ready: Promise<void>;
  /** Requests that wait for an answer. */
  pending: number;
}

/**
 * One connection, which all requests share. One whose answer nobody waits for any more is used by no new request, and ended when the
 * others on it have been answered or given up. Nothing is ever sent twice: what became of a request is for the caller to find out.
 */
export class Session {
  readonly #options: RedisOptions;
  /** Set once it is closed. Whoever waits is told by the end of the connection. */
  #closed: LeaseError | undefined;
  /** Of those that have not ended, also the ones that no new request uses. */
  readonly #lines = new Set<Line>();
  #line: Line | null = null;

  constructor(options: RedisOptions) {
    this.#options = options;
  }

  get options(): RedisOptions {
    return this.#options;
  }

  /** @throws SentError with the cause, when the outcome is not known. */
  async ask(request: Ask, signal?: AbortSignal): Promise<unknown> {
    this.#refuse(signal);
    const line = (this.#line ??= this.#dial());
    this.#occupy(line, 1);
    let wasSent = false;
    try {
      await orAborted(line.ready, signal);
      this.#refuse(signal);
      wasSent = true;
      return await orAborted(request(line.client), signal);
    } catch (error) {
      const cause = withoutSecrets(error);
      const isAnswer = cause instanceof Error && cause.name === "ReplyError";
      if (!isAnswer && this.#line === line) this.#line = null;
      if (wasSent) throw new SentError("the request was sent", { cause: isAnswer ? cause : (this.#closed ?? cause) });
      this.#refuse(signal);
      throw cause;
    } finally {
      this.#occupy(line, -1);
    }
  }

  /** A connection for whoever subscribes; it is the caller's to end. */
  async connect(signal?: AbortSignal): Promise<Redis> {
    const { client, ready } = this.#dial();
    try {
      await orAborted(ready, signal);
      return client;
    } catch (error) {
      client.disconnect();
      throw withoutSecrets(error);
    }
  }

  end(): void {
    this.#closed = new LeaseError("ESTOREUNAVAILABLE", "Redis: this store is closed");
    this.#line = null;
    for (const { client } of this.#lines) client.disconnect();
  }

  #dial(): Line {
    const client = new Redis({
      ...this.#options,
      // The names of its keys are whole; a script tells its changes by them.
      keyPrefix: "",
      replyMapping: "legacy",
      lazyConnect: true,
      connectTimeout: CONNECT_MS,
      commandTimeout: REQUEST_MAX_MS,
      connectionName: "tenure",
      // A connection that broke stays broken, and what was sent by it is not sent again.
      retryStrategy: () => null,
      reconnectOnError: null,
      autoResendUnfulfilledCommands: false,
      autoResubscribe: false,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      // One that still reads its data says so itself, to whoever asks.
      enableReadyCheck: false,
    });
    // Whoever uses it learns of its end by its own request.
    let broke: unknown;
    client.on("error", (error) => (broke = error));
    const ready = greeted(client, () => broke);
    ready.catch(() => {});
    const line = { client, ready, pending: 0 };
    this.#lines.add(line);
    client.on("end", () => {
      this.#lines.delete(line);
      if (this.#line === line) this.#line = null;
    });
    return line;
  }

  #refuse(signal: AbortSignal | undefined): void {
    if (this.#closed !== undefined) throw this.#closed;
    if (signal?.aborted !== true) return;
    const { reason: cause } = signal as { readonly reason: unknown };
    throw cause instanceof LeaseError
      ? cause
      : new LeaseError("EABORTED", "the request was given up before it was sent", {}, { cause });
  }

  /** An idle connection keeps no process alive. */
  #occupy(line: Line, more: 1 | -1): void {
    line.pending += more;
    const { stream } = line.client as { stream?: Redis["stream"] };
    if (line.pending === 0 && this.#line !== line) line.client.disconnect();
    else if (line.pending === 0) unref(stream);
    // A socket that has no handle yet, or none any more, would keep a listener for each time.
    else if (line.pending === 1 && more === 1) ref(stream);
  }
}

/**
 * Connected, let in, and in the database that is named: where that is refused, the client library tells it beside and goes on in another.
 * The library bounds only how long a connection takes, and not how long a server that took it says nothing.
 */
async function greeted(client: Redis, broke: () => unknown): Promise<void> {
  const giveUp = (): void => void client.stream.destroy(silent());
  client.once("connect", () => client.stream.setTimeout(CONNECT_MS, giveUp));
  try {
    await client.connect();
    if (broke() !== undefined) throw broke();
    client.stream.setTimeout(0, giveUp);
  } catch (error) {
    client.disconnect();
    // It says no more than that the connection is closed, where what closed it was told before.
    const cause = broke() ?? error;
    const isSilence = cause instanceof Error && "code" in cause && cause.code === "ETIMEDOUT";
    // Who speaks no TLS waits for the end of what it takes for a line.
    throw isSilence && client.options.tls !== undefined
      ? silent(", as by one that speaks no TLS; that is named as redis://")
      : cause;
  }
}

function silent(who = ""): Error {
  return Object.assign(new Error(`nothing was said within ${CONNECT_MS} ms${who}`), { code: "ETIMEDOUT" });
}

function ref(stream: Redis["stream"] | undefined): void {
  if (stream !== undefined && "ref" in stream) (stream as { ref: () => void }).ref();
}

function unref(stream: Redis["stream"] | undefined): void {
  if (stream !== undefined && "unref" in stream) (stream as { unref: () => void }).unref();
}

/** The client library keeps with an error what was sent, which may be a password. */
function withoutSecrets(error: unknown): unknown {
  if (error instanceof Error && "command" in error) delete error.command;
  return error;
}
