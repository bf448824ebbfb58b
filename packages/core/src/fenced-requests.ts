import { LeaseError } from "./errors.ts";
import type { Fence } from "./fence.ts";

/** The header that carries a leader's epoch to what it writes to. */
export const FENCING_TOKEN_HEADER = "Fencing-Token";

/** What is read of a request; Node's `IncomingMessage` has it. */
export interface TokenRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** What is written of an answer; Node's `ServerResponse` has it. */
export interface RefusalResponse {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}

export type FencedHandler = (
  request: TokenRequest,
  response: RefusalResponse,
  next: (error?: unknown) => void,
) => Promise<void>;

/**
 * Stands before the handlers of a server, as Connect and Express call them, and lets through only who comes with the highest epoch
 * seen so far or a higher one. Refuses with 428 who brings no token, with 400 what is none, and with 409 a former leader; what the
 * fence's storage fails with goes to `next`. Between this check and the handler's write a later leader may come: check again in the
 * write's own transaction where the resource can.
 */
export function requireFencingToken(fence: Fence): FencedHandler {
  return async ({ headers }, response, next) => {
    const token = headers[FENCING_TOKEN_HEADER.toLowerCase()];
    if (token === undefined)
      return refuse(response, 428, "EUSAGE", `a ${FENCING_TOKEN_HEADER} header is needed: the epoch of the lease`);
    if (typeof token !== "string" || !/^[1-9]\d{0,15}$/u.test(token))
      return refuse(
        response,
        400,
        "EUSAGE",
        `the ${FENCING_TOKEN_HEADER} header is no epoch: a whole number from 1 on`,
      );
    try {
      await fence.raise(Number(token));
    } catch (error) {
      if (error instanceof LeaseError && error.code === "EFENCED")
        return refuse(response, 409, error.code, error.message);
      if (error instanceof LeaseError && error.code === "EUSAGE")
        return refuse(response, 400, error.code, error.message);
      return next(error);
    }
    next();
  };
}

function refuse(response: RefusalResponse, status: number, code: string, message: string): void {
  response.statusCode = status;
  response.setHeader("Content-Type", "application/json");
  response.end(`${JSON.stringify({ error: { code, message } })}\n`);
}
