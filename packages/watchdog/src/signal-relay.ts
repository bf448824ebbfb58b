/** Where signals to this process come from; `process` is one. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  off(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
}

/** Those that mean the end to a process that does not handle them. */
const ending: readonly NodeJS.Signals[] = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"];
const others: readonly NodeJS.Signals[] = ["SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGCONT"];

/**
 * Takes this process's signals from the first moment on, also while there is no child to hand them to: then an ending one
 * gives up what is being waited for, and nothing is started any more.
 */
export class SignalRelay {
  readonly #source: SignalSource;
  readonly #abort = new AbortController();
  readonly #listener = (signal: NodeJS.Signals): void => this.#receive(signal);
  #child: ((signal: NodeJS.Signals) => void) | null = null;
  #gaveUpBy: NodeJS.Signals | null = null;

  constructor(source: SignalSource) {
    this.#source = source;
    for (const signal of [...ending, ...others]) source.on(signal, this.#listener);
  }

  /** Aborts when an ending signal came before there was a child. */
  get givenUp(): AbortSignal {
    return this.#abort.signal;
  }

  get gaveUpBy(): NodeJS.Signals | null {
    return this.#gaveUpBy;
  }

  /** From now on the child gets them all. */
  handTo(child: (signal: NodeJS.Signals) => void): void {
    this.#child = child;
  }

  close(): void {
    for (const signal of [...ending, ...others]) this.#source.off(signal, this.#listener);
  }

  #receive(signal: NodeJS.Signals): void {
    if (this.#child !== null) this.#child(signal);
    else if (ending.includes(signal)) {
      this.#gaveUpBy ??= signal;
      this.#abort.abort(new Error(`given up by ${signal}`));
    }
  }
}
