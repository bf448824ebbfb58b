import type { Commit } from "../protocol/decision.ts";
import type { Snapshot, SwapOutcome } from "../store.ts";
import type { ClientContext } from "./context.ts";
import { asError, request } from "./request.ts";

/** `failed`: nothing was sent, so nothing took effect. */
export type SwapResult = SwapOutcome | { readonly outcome: "failed"; readonly cause: Error };

export interface SwapLimits {
  readonly signal?: AbortSignal | undefined;
  /** Told when a request that was given up is answered after all, and the answer says something. */
  readonly onLate?: (outcome: SwapOutcome) => void;
}

/** One compare-and-swap within the request timeout; after that its outcome is unknown. */
export async function swap(
  context: ClientContext,
  expected: Snapshot,
  { record, event, durable }: Commit,
  { signal, onLate }: SwapLimits = {},
): Promise<SwapResult> {
  const { store, clock, timing } = context;
  let sent: Promise<SwapOutcome> | undefined;
  let refused: Error | undefined;
  try {
    return await request({ clock, timeoutMs: timing.requestTimeoutMs, signal }, (signal) => {
      sent = store.compareAndSwap(expected, record, event, { durable, signal });
      return sent.catch((error: unknown) => {
        refused = asError(error);
        throw refused;
      });
    });
  } catch (error) {
    const cause = asError(error);
    if (sent === undefined || cause === refused) return { outcome: "failed", cause };
    sent.then(
      (late) => {
        if (late.outcome !== "unknown") onLate?.(late);
      },
      () => {},
    );
    return { outcome: "unknown", cause };
  }
}

export interface ReadLimits {
  readonly signal?: AbortSignal | undefined;
  /** Told when a request that was given up is answered after all. */
  readonly onLate?: () => void;
}

/** What stands in the store now, within the request timeout. */
export async function read(
  context: ClientContext,
  name: string,
  { signal, onLate }: ReadLimits = {},
): Promise<Snapshot> {
  const { store, clock, timing } = context;
  let sent: Promise<Snapshot> | undefined;
  try {
    return await request({ clock, timeoutMs: timing.requestTimeoutMs, signal }, (signal) => {
      sent = store.read(name, { signal });
      return sent;
    });
  } catch (error) {
    sent?.then(onLate, () => {});
    throw error;
  }
}
