import { orAborted } from "./for-stores.ts";
import type { NewsListener } from "./watch-by-news.ts";

/** What a connection that hears of changes tells. */
export interface Heard {
  readonly onNews: (name: string) => void;
  readonly onBroken: (cause: Error) => void;
}

/** Resolves once it hears of every change, with what ends it. */
export type ListenToAll = (heard: Heard) => Promise<() => void>;

/** For whoever writes a store on a server: one connection that hears of every change, for all who watch; there only while somebody does. */
export class SharedListener {
  readonly #connect: ListenToAll;
  readonly #listeners = new Map<string, Set<NewsListener>>();
  #opening: Promise<() => void> | null = null;

  constructor(connect: ListenToAll) {
    this.#connect = connect;
  }

  /** From when this resolves on, each change of the lease is told, or that nothing can be told any more. */
  async listen(name: string, listener: NewsListener, signal: AbortSignal): Promise<() => void> {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    const leave = (): void => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(name) === listeners) this.#listeners.delete(name);
      if (this.#listeners.size === 0) this.close();
    };
    // Many wait for it: it is not given up with the one who came first.
    this.#opening ??= this.#open();
    try {
      await orAborted(this.#opening, signal);
      return leave;
    } catch (error) {
      leave();
      throw error;
    }
  }

  close(): void {
    const opening = this.#opening;
    this.#opening = null;
    void opening?.then((end) => end()).catch(() => {});
  }

  async #open(): Promise<() => void> {
    // One that was ended tells so late, when others may listen by another already.
    let isOver = false;
    const end = await this.#connect({
      onNews: (name) => this.#listeners.get(name)?.forEach(({ onNews }) => onNews()),
      onBroken: (cause) => {
        if (isOver) return;
        isOver = true;
        this.#break(cause);
      },
    });
    return () => {
      isOver = true;
      end();
    };
  }

  #break(cause: Error): void {
    const all = [...this.#listeners.values()].flatMap((listeners) => [...listeners]);
    this.#listeners.clear();
    this.close();
    for (const { onBroken } of all) onBroken(cause);
  }
}
