import { formatDuration } from "@tenure/schema/light";
import type { Clock } from "../clock.ts";
import { LeaseError } from "../errors.ts";

export interface RequestLimits {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Gives the request up earlier. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends one request to a store and waits for it no longer than `timeoutMs`. What was given up may still take effect.
 * @throws LeaseError `ESTOREUNAVAILABLE` when there was no answer in time; the signal's reason when it aborted.
 */
export function request<T>(limits: RequestLimits, send: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { clock, timeoutMs, signal } = limits;
  return new Promise<T>((resolve, reject) => {
    const controller = new AbortController();
    const giveUp = (reason: Error): void => {
      settle();
      reject(reason);
      controller.abort(reason);
    };
    const aborted = (): void => giveUp(asError(signal?.reason));
    const settle = (): void => {
      timer.cancel();
      signal?.removeEventListener("abort", aborted);
    };
    // What the store answers to being given up comes at once, and tells more: that the disk hangs, that nothing was sent.
    let timer = clock.startTimer(timeoutMs, () => {
      const reason = noAnswer(timeoutMs);
      controller.abort(reason);
      timer = clock.startTimer(0, () => giveUp(reason));
    });
    if (signal?.aborted === true) return aborted();
    signal?.addEventListener("abort", aborted);
    sendSafely(send, controller.signal).finally(settle).then(resolve, reject);
  });
}

/** Errors that time does not cure: waiting on would only hide them. */
export function isFatal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("code" in error) return typeof error.code === "string" && FATAL.has(error.code);
  return MISTAKES.some((mistake) => error instanceof mistake);
}

/** What a program throws that is wrong itself. A system's or a store's own errors have a code. */
const MISTAKES = [TypeError, ReferenceError, RangeError, SyntaxError];

const FATAL: ReadonlySet<string> = new Set([
  "EUSAGE",
  "EINVALID",
  "EPERMISSION",
  "EFSUNSUPPORTED",
  "ECONFIG",
  "ESCHEMAVERSION",
  "ESTATECORRUPT",
  "EEPOCHREGRESSION",
]);

export function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new LeaseError("EABORTED", "given up", {}, { cause: reason });
}

/** Resolves after `ms`, or as soon as `signal` aborts. */
export function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      timer.cancel();
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = clock.startTimer(ms, done, { keepsAlive: true });
    signal?.addEventListener("abort", done);
  });
}

async function sendSafely<T>(send: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
  return await send(signal);
}

function noAnswer(timeoutMs: number): LeaseError {
  return new LeaseError("ESTOREUNAVAILABLE", `the store did not answer within ${formatDuration(timeoutMs)}`);
}
