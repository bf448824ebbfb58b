import { orAborted } from "@tenure/core";

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
