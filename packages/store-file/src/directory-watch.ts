import { watch } from "node:fs";
import type { FSWatcher } from "node:fs";
import { basename } from "node:path";
import { MessageChannel } from "node:worker_threads";
import type { Clock, Timer } from "@tenure/core";
import { parseSegment } from "./layout.ts";

/** The safety net under the kernel's notifications, which may be lost or not to be had. */
const POLL_MS = 1_000;

/** Tells whoever waits that a lease's journal has changed. One kernel watch for all of them; none while nobody waits. */
export class DirectoryWatch {
  readonly #directory: string;
  readonly #clock: Clock;
  readonly #waiters = new Map<string, Set<() => void>>();
  #watcher: FSWatcher | null = null;
  #timer: Timer | null = null;
  #keepAlive: MessageChannel | null = null;

  constructor(directory: string, clock: Clock) {
    this.#directory = directory;
    this.#clock = clock;
  }

  /**
   * Calls `onChange` for each change of the lease's journal, and every second. Returns the way to stop. A process that waits has not
   * ended, so this keeps it running.
   */
  subscribe(name: string, onChange: () => void): () => void {
    const waiters = this.#waiters.get(name) ?? new Set();
    this.#waiters.set(name, waiters.add(onChange));
    if (this.#watcher === null) this.#watch();
    this.#watcher?.ref();
    if (this.#timer === null) this.#poll();
    return () => {
      waiters.delete(onChange);
      if (waiters.size === 0 && this.#waiters.get(name) === waiters) this.#waiters.delete(name);
      // The kernel takes a while to end a watch, and the end of a wait is when there is no time: the next poll does it.
      if (this.#waiters.size === 0) this.#letGo();
    };
  }

  close(): void {
    this.#waiters.clear();
    this.#timer?.cancel();
    this.#timer = null;
    this.#letGo();
    this.#unwatch();
  }

  #watch(): void {
    try {
      this.#watcher = watch(this.#directory, (_event, file) => {
        // The folder itself went away: what comes in its place is watched from the next poll on.
        if (file === basename(this.#directory)) this.#unwatch();
        this.#tell(file);
      });
      this.#watcher.on("error", () => this.#unwatch());
    } catch {
      // Out of watches, or the folder is gone: polling goes on, and tries again.
      this.#watcher = null;
    }
    if (this.#watcher === null) this.#stayAlive();
  }

  #unwatch(): void {
    this.#watcher?.close();
    this.#watcher = null;
    if (this.#waiters.size > 0) this.#stayAlive();
  }

  /** Where no watch keeps the process running while somebody waits. */
  #stayAlive(): void {
    if (this.#keepAlive !== null) return;
    this.#keepAlive = new MessageChannel();
    this.#keepAlive.port1.on("message", () => {});
  }

  #letGo(): void {
    this.#watcher?.unref();
    this.#keepAlive?.port1.close();
    this.#keepAlive = null;
  }

  #poll(): void {
    this.#timer = this.#clock.startTimer(POLL_MS, () => {
      this.#timer = null;
      if (this.#waiters.size === 0) return this.#unwatch();
      if (this.#watcher === null) this.#watch();
      this.#tell(null);
      this.#poll();
    });
  }

  /** @param file that changed; `null` when it may be any. */
  #tell(file: string | null): void {
    if (file === null) for (const waiters of this.#waiters.values()) for (const tell of waiters) tell();
    else this.#waiters.get(parseSegment(file)?.name ?? "")?.forEach((tell) => tell());
  }
}
