/**
 * One after another. A write that hangs keeps its turn until it returns, so that a disk that does not answer takes one thread of
 * the pool per lease and not all of them.
 */
export class Turn {
  /** The end of the last turn that was taken; `null` when it has come. */
  #last: Promise<void> | null = null;

  /** Resolves, when it is our turn, with the way to end it. */
  async take(signal?: AbortSignal): Promise<() => void> {
    const before = this.#last;
    let end = (): void => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const last = before === null ? ended : before.then(() => ended);
    this.#last = last;
    try {
      if (before !== null) await orAborted(before, signal);
    } catch (error) {
      end();
      throw error;
    }
    return () => {
      if (this.#last === last) this.#last = null;
      end();
    };
  }
}

/** The promise's outcome, or the signal's reason if that comes first; the work itself goes on. */
export function orAborted<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- the caller's own reason, whatever it is
    const abort = (): void => reject(signal.reason);
    const settle = (): void => signal.removeEventListener("abort", abort);
    signal.addEventListener("abort", abort);
    if (signal.aborted) abort();
    // What fails after it was abandoned has been answered already.
    work.finally(settle).then(resolve, reject);
  });
}
