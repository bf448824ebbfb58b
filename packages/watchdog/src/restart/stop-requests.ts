import type { Clock } from "@tenure/core";
import type { SignalSource } from "../signal-relay.ts";

/** Those that end a process which does not handle them; the first two ask for a stop also of one that does. */
const signals = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"] as const;

/** Knows whether somebody asked for a stop, also between two runs, when no child hears of it. */
export class StopRequests {
  readonly #source: SignalSource;
  readonly #listener = (signal: NodeJS.Signals): void => this.#receive(signal);
  readonly #received = new Set<NodeJS.Signals>();
  #onSignal: ((signal: NodeJS.Signals) => void) | null = null;

  constructor(source: SignalSource) {
    this.#source = source;
    for (const signal of signals) source.on(signal, this.#listener);
  }

  /** Whether a child that ended by `endedBy`, or else by itself, was stopped. */
  isStop(endedBy: NodeJS.Signals | null): boolean {
    if (this.#received.has("SIGTERM") || this.#received.has("SIGINT")) return true;
    return endedBy !== null && this.#received.has(endedBy);
  }

  /** Waits, if there is anything to wait for; resolves at once with a signal that asks for an end. */
  async within(durationMs: number, clock: Clock): Promise<NodeJS.Signals | null> {
    const stop = [...this.#received].find((signal) => signal === "SIGTERM" || signal === "SIGINT");
    if (stop !== undefined) return stop;
    if (durationMs <= 0) return null;
    return await new Promise((resolve) => {
      const timer = clock.startTimer(durationMs, () => this.#settle(resolve, null));
      this.#onSignal = (signal) => {
        timer.cancel();
        this.#settle(resolve, signal);
      };
    });
  }

  close(): void {
    for (const signal of signals) this.#source.off(signal, this.#listener);
  }

  #settle(resolve: (signal: NodeJS.Signals | null) => void, signal: NodeJS.Signals | null): void {
    this.#onSignal = null;
    resolve(signal);
  }

  #receive(signal: NodeJS.Signals): void {
    this.#received.add(signal);
    this.#onSignal?.(signal);
  }
}
