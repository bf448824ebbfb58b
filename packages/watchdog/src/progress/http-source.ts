import type { Clock, Timer } from "@tenure/core";
import { redact } from "@tenure/schema/light";
import type { OnReport, ProgressSource } from "./source.ts";

export interface HttpSourceOptions {
  readonly url: string;
  /** From one probe to the next; so long each may take. */
  readonly everyMs: number;
  readonly clock: Clock;
  /** The status a GET is answered with; rejects when there is no answer. */
  readonly statusOf: (url: string, signal: AbortSignal) => Promise<number>;
}

/** An answer of 2xx is a report; another one, or none in time, is silence. */
export class HttpSource implements ProgressSource {
  trouble = "";
  readonly #options: HttpSourceOptions;
  #probe: AbortController | undefined;
  #timer: Timer | undefined;

  constructor(options: HttpSourceOptions) {
    this.#options = options;
  }

  start(onReport: OnReport): void {
    // The next probe ends one that is still under way, so that there is one at most.
    this.#probe?.abort();
    const probe = new AbortController();
    this.#probe = probe;
    void this.#ask(probe.signal, onReport);
    this.#timer = this.#options.clock.startTimer(this.#options.everyMs, () => this.start(onReport));
  }

  stop(): void {
    this.#timer?.cancel();
    this.#probe?.abort();
  }

  async #ask(signal: AbortSignal, onReport: OnReport): Promise<void> {
    try {
      const status = await this.#options.statusOf(this.#options.url, signal);
      if (signal.aborted) return;
      const isReport = status >= 200 && status < 300;
      this.trouble = isReport ? "" : `${redact(this.#options.url)} answered ${status}`;
      if (isReport) onReport("progress");
    } catch (error) {
      // Silence, which is what the command is judged by; an address that is wrong must be seen to be.
      const { message } = error as Error;
      this.trouble = `${redact(this.#options.url)} did not answer: ${message}`;
    }
  }
}
