import type { Clock, Timer } from "@tenure/core";
import type { OnReport, ProgressSource } from "./source.ts";

export interface FileSourceOptions {
  readonly path: string;
  readonly everyMs: number;
  readonly clock: Clock;
  /** Of `node:fs/promises`. */
  readonly stat: (path: string) => Promise<{ readonly ino: bigint; readonly mtimeNs: bigint }>;
}

/** A file is touched, rewritten, replaced or made: each is a report. What it was before the start is none. */
export class FileSource implements ProgressSource {
  trouble = "";
  readonly #options: FileSourceOptions;
  #timer: Timer | undefined;
  #stopped = false;

  constructor(options: FileSourceOptions) {
    this.#options = options;
  }

  start(onReport: OnReport): void {
    void this.#look(null, onReport);
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  /** One look after the other: on a disk that hangs they do not pile up. */
  async #look(seen: string | null, onReport: OnReport): Promise<void> {
    const { clock, everyMs } = this.#options;
    const found = await this.#version();
    if (this.#stopped) return;
    if (seen !== null && found !== seen && found !== "") onReport("progress");
    this.#timer = clock.startTimer(everyMs, () => void this.#look(found, onReport));
  }

  /** Empty: there is no such file to be seen, which is no report. */
  async #version(): Promise<string> {
    try {
      const { ino, mtimeNs } = await this.#options.stat(this.#options.path);
      this.trouble = "";
      return `${ino} ${mtimeNs}`;
    } catch (error) {
      this.trouble = (error as Error).message;
      return "";
    }
  }
}
