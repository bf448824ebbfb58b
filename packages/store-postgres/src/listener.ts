import { orAborted } from "@tenure/core";
import type { Pool } from "pg";
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
  #opening: Promise<() => void> | null = null;

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
    const client = await connect(this.#pool);
    let isOver = false;
    const end = (): void => {
      isOver = true;
      // What was subscribed to must not go back to the pool with it.
      client.release(true);
    };
    // One that was ended tells so late, when others may listen by another already.
    const broken = (cause: Error): void => {
      if (isOver) return;
      isOver = true;
      this.#broken(cause);
    };
    client.on("notification", ({ payload }) => this.#watchers.get(payload ?? "")?.forEach(({ onNews }) => onNews()));
    client.on("error", broken).on("end", () => broken(new Error("the connection ended")));
    try {
      await client.query(`listen ${escapeIdentifier(this.#channel)}`);
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
