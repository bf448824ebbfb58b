import { orAborted } from "@tenure/core";
import { storeFailure } from "./failure.ts";
import type { Session } from "./session.ts";

interface Listening {
  readonly onNews: () => void;
  readonly onBroken: (cause: Error) => void;
}

/** One connection that hears of every change, for all who watch; there only while somebody watches. */
export class Listener {
  readonly #session: Session;
  readonly #channel: string;
  readonly #watchers = new Map<string, Set<Listening>>();
  #opening: Promise<() => void> | null = null;

  constructor(session: Session, channel: string) {
    this.#session = session;
    this.#channel = channel;
  }

  /** From when this resolves on, each change of the lease is told, or that nothing can be told any more. */
  async listen(name: string, watcher: Listening, signal: AbortSignal): Promise<() => void> {
    const watchers = this.#watchers.get(name) ?? new Set();
    this.#watchers.set(name, watchers.add(watcher));
    const leave = (): void => {
      watchers.delete(watcher);
      if (watchers.size === 0 && this.#watchers.get(name) === watchers) this.#watchers.delete(name);
      if (this.#watchers.size === 0) this.close();
    };
    // Many wait for it: it is not given up with the one who came first.
    this.#opening ??= this.#connect();
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

  /** @returns what ends the connection. */
  async #connect(): Promise<() => void> {
    const client = await this.#session.connect();
    let isOver = false;
    const end = (): void => {
      isOver = true;
      client.disconnect();
    };
    client.on("message", (_, name) => this.#watchers.get(name)?.forEach(({ onNews }) => onNews()));
    // One that was ended tells so late, when others may listen by another already.
    client.on("end", () => {
      if (!isOver) this.#broken(new Error("the connection ended"));
    });
    try {
      await client.subscribe(this.#channel);
      return end;
    } catch (error) {
      end();
      throw error;
    }
  }

  #broken(cause: Error): void {
    const failure = storeFailure(cause, "hear of changes");
    const all = [...this.#watchers.values()].flatMap((watchers) => [...watchers]);
    this.#watchers.clear();
    this.close();
    for (const { onBroken } of all) onBroken(failure);
  }
}
