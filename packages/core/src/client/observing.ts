import type { Snapshot } from "../store.ts";
import type { ClientContext } from "./context.ts";
import { isFatal } from "./request.ts";
import { watch } from "./watcher.ts";

/**
 * Each change of a lease, from the present state on, over every break of the store's own watch. Slow readers skip what is old.
 * @throws what time does not cure, as the store told it.
 */
export async function* observe(
  context: ClientContext,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<Snapshot, void, void> {
  if (signal.aborted) return;
  const stop = new AbortController();
  const end = (): void => stop.abort();
  signal.addEventListener("abort", end, { once: true });
  const view = new View();
  const watching = watch(context, name, stop.signal, {
    onSnapshot: (snapshot) => view.show(snapshot),
    onTrouble: (error) => view.fail(error),
  }).finally(() => view.end());
  try {
    for (let next = await view.next(); next !== null; next = await view.next()) yield next;
  } finally {
    signal.removeEventListener("abort", end);
    stop.abort();
    await watching;
  }
}

/** Holds the newest snapshot until it is asked for. */
class View {
  #newest: Snapshot | null = null;
  #toldRevision: string | null = null;
  #fatal: Error | null = null;
  #ended = false;
  #wake: () => void = () => {};

  show(snapshot: Snapshot): void {
    this.#newest = snapshot;
    this.#wake();
  }

  fail(error: Error): void {
    if (isFatal(error)) this.#fatal = error;
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async next(): Promise<Snapshot | null> {
    for (;;) {
      const newest = this.#newest;
      this.#newest = null;
      if (newest !== null && newest.revision !== this.#toldRevision) {
        this.#toldRevision = newest.revision;
        return newest;
      }
      if (this.#fatal !== null) throw this.#fatal;
      if (this.#ended) return null;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
