import type { Snapshot } from "./store.ts";

export interface NewsListener {
  /** Something may have changed. */
  readonly onNews: () => void;
  /** Nothing will be told any more. */
  readonly onBroken: (cause: Error) => void;
}

export interface NewsOptions {
  readonly read: (signal: AbortSignal) => Promise<Snapshot>;
  /** From when it resolves on, each change is told. Resolves with the way to leave. */
  readonly listen: (listener: NewsListener, signal: AbortSignal) => Promise<() => void>;
  readonly signal: AbortSignal;
}

/**
 * For whoever writes a store on a server that tells that something changed, and not what: a watch that listens first and reads then, and
 * again after each word. Ends when the signal aborts.
 * @throws what a read or the listener failed with.
 */
export async function* watchByNews({ read, listen, signal }: NewsOptions): AsyncGenerator<Snapshot, void, void> {
  let wake = (): void => {};
  let isNew = false;
  let broken: Error | undefined;
  const stir = (): void => wake();
  const onNews = (): void => {
    isNew = true;
    wake();
  };
  const onBroken = (cause: Error): void => {
    broken = cause;
    wake();
  };
  let leave = (): void => {};
  signal.addEventListener("abort", stir);
  try {
    leave = await listen({ onNews, onBroken }, signal);
    let seen: string | undefined;
    while (!signal.aborted) {
      if (broken !== undefined) throw broken;
      isNew = false;
      const snapshot = await read(signal);
      if (snapshot.revision !== seen) yield snapshot;
      seen = snapshot.revision;
      if (isNew || broken !== undefined || signal.aborted) continue;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener("abort", stir);
    leave();
  }
}
