import type { Snapshot } from "../store.ts";
import type { ClientContext } from "./context.ts";
import { asError, isFatal, pause } from "./request.ts";

const FIRST_BACK_OFF_MS = 100;
const LONGEST_BACK_OFF_MS = 5000;

export interface WatchListener {
  readonly onSnapshot: (snapshot: Snapshot) => void;
  /** The watch broke. It is begun again, unless time does not cure the error. */
  readonly onTrouble: (error: Error) => void;
}

/** Watches one lease until `signal` aborts, and begins again, less and less often, when the watch breaks. Never rejects. */
export async function watch(
  context: ClientContext,
  name: string,
  signal: AbortSignal,
  { onSnapshot, onTrouble }: WatchListener,
): Promise<void> {
  let backOffMs = FIRST_BACK_OFF_MS;
  while (!signal.aborted) {
    try {
      for await (const snapshot of context.store.watch(name, { signal })) {
        if (signal.aborted) return;
        backOffMs = FIRST_BACK_OFF_MS;
        onSnapshot(snapshot);
      }
    } catch (error) {
      if (signal.aborted) return;
      onTrouble(asError(error));
      if (isFatal(error)) return;
    }
    await pause(context.clock, backOffMs, signal);
    backOffMs = Math.min(2 * backOffMs, LONGEST_BACK_OFF_MS);
  }
}
