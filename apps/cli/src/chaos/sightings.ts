import { performance } from "node:perf_hooks";
import type { LeaseStore } from "@tenure/core";
import type { LeaseRecord } from "@tenure/schema";

export interface Sighting {
  readonly atMs: number;
  readonly record: LeaseRecord | null;
}

/** Everything a store shows of one lease from now on. */
export class Sightings {
  readonly all: Sighting[] = [];
  #wake: () => void = () => {};
  #failed: Error | null = null;

  constructor(store: LeaseStore, name: string, signal: AbortSignal) {
    void this.#watch(store, name, signal).catch((error: unknown) => {
      this.#failed = error as Error;
      this.#wake();
    });
  }

  /** The first sighting that is so, past or to come; `null` when there was none within the time. Rejects as the store does, or when aborted. */
  async first(isSo: (seen: Sighting) => boolean, withinMs: number, signal: AbortSignal): Promise<Sighting | null> {
    const untilMs = performance.now() + withinMs;
    for (;;) {
      signal.throwIfAborted();
      if (this.#failed !== null) throw this.#failed;
      const found = this.all.find(isSo);
      if (found !== undefined) return found;
      const leftMs = untilMs - performance.now();
      if (leftMs <= 0) return null;
      await this.#more(leftMs, signal);
    }
  }

  async #more(withinMs: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      const end = (): void => {
        clearTimeout(timer);
        resolve();
      };
      signal.addEventListener("abort", end, { once: true });
      this.#wake = () => {
        signal.removeEventListener("abort", end);
        end();
      };
    });
  }

  async #watch(store: LeaseStore, name: string, signal: AbortSignal): Promise<void> {
    for await (const { record } of store.watch(name, { signal })) {
      this.all.push({ atMs: performance.now(), record });
      this.#wake();
    }
  }
}
