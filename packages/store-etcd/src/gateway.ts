import type { IncomingMessage } from "node:http";
import { causeOf, orAborted, SentError } from "@tenure/core";
import type { Address } from "./address.ts";
import { Connections } from "./connections.ts";
import { send, SILENCE_BESIDE_OTHERS_MS, textOf } from "./exchange.ts";

const LEARNER = /not supported for learner/u;
/** The token ran out, or users were changed since it was given. Such a request was not carried out. */
const TOKEN_IS_OLD = /invalid auth token|revision of auth store is old/u;

/** The codes of gRPC that decide something here. */
export const Grpc = {
  invalidArgument: 3,
  notFound: 5,
  permissionDenied: 7,
  failedPrecondition: 9,
  outOfRange: 11,
  unimplemented: 12,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** The server answered, and said no. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  /** Of HTTP. */
  readonly status: number;
  /** Of gRPC. Absent where the answer came from something else than etcd. */
  readonly code: number | undefined;

  constructor(status: number, code: number | undefined, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** It may be sent again, to another member, after it may have been carried out. */
  readonly isRepeatable: boolean;
}

/** The JSON gateway that every member of an etcd cluster has beside gRPC: one request, one answer, one member after the other. */
export class Gateway {
  readonly #address: Address;
  readonly #connections: Connections;
  #at = 0;
  #token: Promise<string | null> | null = null;

  constructor(address: Address) {
    this.#address = address;
    this.#connections = new Connections(address);
  }

  /** The member that is asked first. */
  get endpoint(): URL {
    return this.#endpoint(this.#at);
  }

  /**
   * @throws SentError with the cause, when the outcome is not known; RefusedError with what the server said; anything else when nothing
   * was sent.
   */
  async call(path: string, body: object, { signal: callers, isRepeatable }: CallOptions): Promise<unknown> {
    return await this.#connections.whileOpen(callers, (signal) =>
      this.#withToken(signal, async (headers) => {
        const response = await this.#send("POST", path, JSON.stringify(body), headers, { signal, isRepeatable });
        return jsonOf(await answerOf(response, signal));
      }),
    );
  }

  /** What a member says of itself to those who watch over it. */
  async metrics({ signal: callers, isRepeatable }: CallOptions): Promise<string> {
    return await this.#connections.whileOpen(callers, async (signal) =>
      answerOf(await this.#send("GET", "/metrics", "", {}, { signal, isRepeatable }), signal),
    );
  }

  /** An answer that goes on, until `signal` aborts. */
  async stream(path: string, body: object, signal: AbortSignal): Promise<IncomingMessage> {
    return await this.#withToken(signal, async (token) => {
      const options = { signal, isRepeatable: true, isStream: true };
      // A member that loses its leader then ends the answer, where otherwise it would wait without a word.
      const headers = { ...token, "grpc-metadata-hasleader": "true" };
      const response = await this.#send("POST", path, JSON.stringify(body), headers, options);
      if (response.statusCode !== 200) await answerOf(response, signal);
      response.socket.setTimeout(0);
      return response;
    });
  }

  close(): void {
    this.#connections.close();
  }

  async #send(
    method: "GET" | "POST",
    path: string,
    body: string,
    headers: Readonly<Record<string, string>>,
    { signal, isRepeatable, isStream = false }: CallOptions & { readonly isStream?: boolean },
  ): Promise<IncomingMessage> {
    const { length } = this.#address.endpoints;
    const agent = isStream ? this.#connections.forStreams : this.#connections.forRequests;
    for (let tried = 1; ; tried++) {
      const at = this.#at;
      const url = new URL(path, this.#endpoint(at));
      try {
        const mayAskOthers = isRepeatable && tried < length;
        const silence = mayAskOthers ? { silenceMs: SILENCE_BESIDE_OTHERS_MS } : {};
        return await send({ url, agent, method, headers, body, ...silence }, signal);
      } catch (error) {
        // Whoever asks next begins with another member, also after this one was given up on.
        if (this.#at === at) this.#at = (at + 1) % length;
        const mayGoOn = isRepeatable || !(error instanceof SentError);
        if (!mayGoOn || tried >= length || signal?.aborted === true) throw error;
      }
    }
  }

  async #withToken<T>(signal: AbortSignal, ask: (headers: Readonly<Record<string, string>>) => Promise<T>): Promise<T> {
    for (let isFirst = true; ; isFirst = false) {
      const at = this.#at;
      try {
        const token = await this.#authenticated(signal);
        return await ask(token === null ? {} : { authorization: token });
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        const { length } = this.#address.endpoints;
        if (error.code === Grpc.unavailable && this.#at === at) this.#at = (at + 1) % length;
        const isOld = TOKEN_IS_OLD.test(error.message) && this.#address.user !== null;
        if (isOld) this.#token = null;
        // Neither was carried out.
        if (!isFirst || !(isOld || (LEARNER.test(error.message) && length > 1))) throw error;
      }
    }
  }

  /** A token, or `null` where none is asked for. One that could not be had is asked for again by the next request. */
  async #authenticated(signal: AbortSignal): Promise<string | null> {
    const { user } = this.#address;
    if (user === null) return null;
    // Many wait for it: it is not given up with the one who came first.
    this.#token ??= this.#authenticate(user);
    const token = this.#token;
    try {
      return await orAborted(token, signal);
    } catch (error) {
      if (this.#token === token && !signal.aborted) this.#token = null;
      // Nothing of the request itself was sent.
      throw causeOf(error);
    }
  }

  async #authenticate(user: NonNullable<Address["user"]>): Promise<string | null> {
    const body = JSON.stringify(user);
    try {
      const text = await this.#connections.whileOpen(undefined, async (signal) =>
        answerOf(await this.#send("POST", "/v3/auth/authenticate", body, {}, { signal, isRepeatable: true }), signal),
      );
      const { token } = jsonOf(text) as { readonly token?: unknown };
      return typeof token === "string" ? token : null;
    } catch (error) {
      // A cluster that asks nobody who he is lets this one in as well.
      if (error instanceof RefusedError && error.code === Grpc.failedPrecondition) return null;
      throw error;
    }
  }

  #endpoint(at: number): URL {
    const endpoint = this.#address.endpoints[at];
    if (endpoint === undefined) throw new TypeError("an address without an endpoint");
    return endpoint;
  }
}

/** @throws RefusedError, SentError. */
async function answerOf(response: IncomingMessage, signal?: AbortSignal): Promise<string> {
  const text = await textOf(response, signal);
  const { statusCode: status = 0 } = response;
  if (status === 200) return text;
  throw refusal(status, text);
}

/** What a server said that did not do what it was asked for. */
export function refusal(status: number, text: string): RefusedError {
  try {
    // In an answer that goes on, the code has another name.
    const { grpc_code, code = grpc_code, message, error } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const said = message ?? error;
    if (typeof code === "number" && typeof said === "string") return new RefusedError(status, code, said);
  } catch {
    // It is told as it is.
  }
  return new RefusedError(status, undefined, `HTTP ${status}: ${text.trim().slice(0, 200)}`);
}

/** @throws SentError: something was answered, and nobody knows what. */
function jsonOf(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Told below.
  }
  throw new SentError("the request was sent", {
    cause: new Error(`this is no answer of etcd: ${JSON.stringify(text.slice(0, 100))}`),
  });
}
