import { once } from "node:events";
import { request as requestPlain, type Agent, type IncomingMessage } from "node:http";
import { request as requestSecure } from "node:https";
import { LeaseError, SentError } from "@tenure/core";

/** A connection that takes longer is given up. */
const CONNECT_MS = 3_000;
/** An answer that is silent for longer is given up, whatever the caller allows. */
const SILENCE_MS = 10_000;
/** The same where another member can be asked instead. */
export const SILENCE_BESIDE_OTHERS_MS = 3_000;
/** How soon a peer that vanished without a word is found out on a connection that waits. */
const KEEP_ALIVE_MS = 10_000;
/** No answer is longer: two hundred lines of a journal, each as long as they may be. */
const ANSWER_BYTES_MAX = 64 * 1024 * 1024;

export interface Exchange {
  readonly url: URL;
  readonly agent: Agent;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** In which an answer must begin. Default 10 s. */
  readonly silenceMs?: number;
}

/**
 * Sends one request. Resolves with the answer's beginning.
 * @throws SentError with the cause, when it may have reached the server; anything else, when it did not.
 */
export async function send(
  { url, agent, method, headers, body, silenceMs = SILENCE_MS }: Exchange,
  signal?: AbortSignal,
): Promise<IncomingMessage> {
  refuseAborted(signal);
  const isSecure = url.protocol === "https:";
  const options = { agent, method, headers, timeout: silenceMs, ...(signal !== undefined && { signal }) };
  const request = (isSecure ? requestSecure : requestPlain)(url, options);
  let isSent = false;
  request
    .on("socket", (socket) => {
      socket.setKeepAlive(true, KEEP_ALIVE_MS);
      const sends = (): void => void (isSent = true);
      // One that waited until another's was free counts as reused for nobody, and connects no more.
      if (request.reusedSocket || !socket.connecting) return sends();
      socket.setTimeout(CONNECT_MS);
      socket.once(isSecure ? "secureConnect" : "connect", () => {
        sends();
        socket.setTimeout(silenceMs);
      });
    })
    .on("timeout", () => request.destroy(isSent ? silent("answer", silenceMs) : silent("connection", CONNECT_MS)))
    // What ends it once it is answered, or given up, is told elsewhere.
    .on("error", () => {})
    .end(body);
  try {
    // One that waits for another's connection ends by itself only when it gets that.
    const [response] = (await once(request, "response", { signal })) as [IncomingMessage];
    response.socket.setTimeout(SILENCE_MS);
    return response;
  } catch (error) {
    if (!isSent) refuseAborted(signal);
    const cause = signal?.aborted === true ? (signal.reason as unknown) : error;
    throw isSent ? new SentError("the request was sent", { cause }) : cause;
  }
}

/** @throws SentError with the cause. */
export async function textOf(response: IncomingMessage, signal?: AbortSignal): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > ANSWER_BYTES_MAX) throw new Error(`the answer is longer than ${ANSWER_BYTES_MAX} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
  } catch (error) {
    const cause = signal?.aborted === true ? (signal.reason as unknown) : error;
    throw new SentError("the answer was not read to its end", { cause });
  }
}

function silent(what: "connection" | "answer", afterMs: number): Error {
  return Object.assign(new Error(`no ${what} within ${afterMs} ms`), { code: "ETIMEDOUT" });
}

function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  const { reason: cause } = signal as { readonly reason: unknown };
  throw cause instanceof LeaseError
    ? cause
    : new LeaseError("EABORTED", "the request was given up before it was sent", {}, { cause });
}
