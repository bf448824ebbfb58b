/** For whoever writes a store on a server: a request that was given up, or failed, after it may have reached the server. */
export class SentError extends Error {
  override readonly name = "SentError";
}

/** For whoever writes a store: what went wrong, whether or not the request was sent, for whoever only asked. */
export function causeOf(error: unknown): unknown {
  return error instanceof SentError ? error.cause : error;
}
