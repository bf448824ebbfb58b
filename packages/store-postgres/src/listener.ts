import type { Pool, PoolClient } from "pg";
import { escapeIdentifier } from "pg";
import { channelOf } from "./ddl.ts";
import { storeFailure } from "./failure.ts";
import { connect } from "./session.ts";

interface Listening {
  readonly onNews: () => void;
  readonly onBroken: (cause: Error) => void;
}

/** One connection that hears of every change, for all who watch; there only while somebody watches. */
export class Listener {
  readonly #pool: Pool;
  readonly #channel: string;
  readonly #watchers = new Map<string, Set<Listening>>();
  #client: Promise<PoolClient> | null = null;

  constructor(pool: Pool, schema: string) {
    this.#pool = pool;
    this.#channel = channelOf(schema);
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
    try {
      await (this.#client ??= this.#open(signal));
      return leave;
    } catch (error) {
      this.#client = null;
      leave();
      throw error;
    }
  }

  close(): void {
    const client = this.#client;
    this.#client = null;
    // What was subscribed to must not go back to the pool with it.
    void client?.then((open) => open.release(true)).catch(() => {});
  }

  async #open(signal: AbortSignal): Promise<PoolClient> {
    const client = await connect(this.#pool, signal);
    const broken = (cause: Error): void => this.#broken(client, cause);
    client.on("notification", ({ payload }) => this.#watchers.get(payload ?? "")?.forEach(({ onNews }) => onNews()));
    client.on("error", broken).on("end", () => broken(new Error("the connection ended")));
    try {
      await client.query(`listen ${escapeIdentifier(this.#channel)}`);
      return client;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  #broken(client: PoolClient, cause: Error): void {
    client.removeAllListeners("notification");
    const failure = storeFailure(cause, "hear of changes");
    const all = [...this.#watchers.values()].flatMap((watchers) => [...watchers]);
    this.#watchers.clear();
    this.close();
    for (const { onBroken } of all) onBroken(failure);
  }
}
