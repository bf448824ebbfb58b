/**
 * One after another. A write that hangs keeps its turn until it returns, so that a disk that does not answer takes one thread of
 * the pool per lease and not all of them.
 */
export class Turn {
  #last: Promise<void> = Promise.resolve();

  /** Resolves, when it is our turn, with the way to end it. */
  async take(signal?: AbortSignal): Promise<() => void> {
    const before = this.#last;
    let end = (): void => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#last = before.then(() => ended);
    try {
      await orAborted(before, signal);
    } catch (error) {
      end();
      throw error;
    }
    return end;
  }
}

/** The promise's outcome, or the signal's reason if that comes first; the work itself goes on. */
export async function orAborted<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (signal === undefined) return work;
  // An abandoned failure has been answered already.
  work.catch(() => {});
  let abort = (): void => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- the caller's own reason, whatever it is
    abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
