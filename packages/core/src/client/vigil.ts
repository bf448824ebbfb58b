import type { ClientContext } from "./context.ts";
import { request } from "./request.ts";

/** The vigil of one term, where the store has one. It only speeds up a succession: without it a term is as good. */
export class TermVigil {
  readonly #context: ClientContext;
  readonly #name: string;
  readonly #epoch: number;
  #kept: Promise<{ close(): Promise<void> } | null> = Promise.resolve(null);
  #closed = false;

  /** Opened a turn of the event loop later: whoever has just won goes first. */
  constructor(context: ClientContext, name: string, epoch: number) {
    this.#context = context;
    this.#name = name;
    this.#epoch = epoch;
    context.clock.startTimer(0, () => {
      if (!this.#closed) this.#kept = this.#open();
    });
  }

  /** Nobody needs to be told of the end of one who leads no more. Never throws. */
  async close(): Promise<void> {
    this.#closed = true;
    const kept = await this.#kept;
    this.#kept = Promise.resolve(null);
    await kept?.close().catch(() => {});
  }

  async #open(): Promise<{ close(): Promise<void> } | null> {
    const { store, clock, timing } = this.#context;
    const { vigil } = store;
    if (vigil === undefined) return null;
    let keeping: Promise<{ close(): Promise<void> }> | undefined;
    try {
      return await request({ clock, timeoutMs: timing.requestTimeoutMs }, () => {
        keeping = vigil.keep(this.#name, this.#epoch);
        return keeping;
      });
    } catch {
      // What comes after all is nobody's.
      keeping?.then((kept) => kept.close()).catch(() => {});
      return null;
    }
  }
}
