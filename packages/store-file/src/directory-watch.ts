import { watch } from "node:fs";
import type { FSWatcher } from "node:fs";
import { basename } from "node:path";
import { MessageChannel } from "node:worker_threads";
import type { Clock, Timer } from "@tenure/core";

/** The safety net under the kernel's notifications, which may be lost or not to be had. */
const POLL_MS = 1_000;

/** Tells whoever waits that something in a folder has changed. One kernel watch for all of them; none while nobody waits. */
export class DirectoryWatch {
  readonly #directory: string;
  readonly #clock: Clock;
  readonly #waiters = new Set<(file: string | null) => void>();
  #watcher: FSWatcher | null = null;
  #timer: Timer | null = null;
  #keepAlive: MessageChannel | null = null;

  constructor(directory: string, clock: Clock) {
    this.#directory = directory;
    this.#clock = clock;
  }

  /** Calls `onChange` with each file that changed, and with `null` every second. Returns the way to stop. */
  subscribe(onChange: (file: string | null) => void): () => void {
    this.#waiters.add(onChange);
    if (this.#waiters.size === 1) this.#start();
    return () => {
      if (this.#waiters.delete(onChange) && this.#waiters.size === 0) this.close();
    };
  }

  close(): void {
    this.#waiters.clear();
    this.#timer?.cancel();
    this.#timer = null;
    this.#unwatch();
    this.#keepAlive?.port1.close();
    this.#keepAlive = null;
  }

  #start(): void {
    this.#watch();
    this.#poll();
    // A process that waits for a lease has not ended, though neither a timer nor, without inotify, a watch says so.
    this.#keepAlive = new MessageChannel();
    this.#keepAlive.port1.on("message", () => {});
  }

  #watch(): void {
    try {
      this.#watcher = watch(this.#directory, { persistent: false }, (_event, file) => {
        // The folder itself went away: what comes in its place is watched from the next poll on.
        if (file === basename(this.#directory)) this.#unwatch();
        this.#tell(file);
      });
      this.#watcher.on("error", () => this.#unwatch());
    } catch {
      // Out of watches, or the folder is gone: polling goes on, and tries again.
      this.#watcher = null;
    }
  }

  #unwatch(): void {
    this.#watcher?.close();
    this.#watcher = null;
  }

  #poll(): void {
    this.#timer = this.#clock.startTimer(POLL_MS, () => {
      if (this.#watcher === null) this.#watch();
      this.#tell(null);
      if (this.#waiters.size > 0) this.#poll();
    });
  }

  #tell(file: string | null): void {
    for (const waiter of this.#waiters) waiter(file);
  }
}
