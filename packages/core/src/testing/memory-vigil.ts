import type { Vigil } from "../store.ts";

/** Who keeps a vigil, and who attends it, in one memory. */
export class VigilBoard {
  readonly #keepers = new Map<string, number>();
  readonly #attendants = new Map<string, Set<() => void>>();

  keep(key: string): () => void {
    this.#keepers.set(key, (this.#keepers.get(key) ?? 0) + 1);
    let kept = true;
    return () => {
      if (!kept) return;
      kept = false;
      const left = (this.#keepers.get(key) ?? 1) - 1;
      this.#keepers.set(key, left);
      if (left === 0) this.#end(key);
    };
  }

  attend(key: string, onEnd: () => void): () => void {
    let attending = true;
    const tell = (): void => {
      if (attending) onEnd();
      attending = false;
    };
    if ((this.#keepers.get(key) ?? 0) === 0) {
      queueMicrotask(tell);
    } else {
      const attendants = this.#attendants.get(key) ?? new Set();
      this.#attendants.set(key, attendants.add(tell));
    }
    return () => {
      attending = false;
      this.#attendants.get(key)?.delete(tell);
    };
  }

  #end(key: string): void {
    const attendants = this.#attendants.get(key) ?? [];
    this.#attendants.delete(key);
    for (const tell of attendants) queueMicrotask(tell);
  }
}

/** One process's side of the board: its end ends all it keeps. */
export class MemoryVigil implements Vigil {
  readonly #board: VigilBoard;
  readonly #guard: <T>(effect: () => T) => Promise<T>;
  readonly #kept = new Set<() => void>();

  constructor(board: VigilBoard, guard: <T>(effect: () => T) => Promise<T>) {
    this.#board = board;
    this.#guard = guard;
  }

  keep(name: string, epoch: number): Promise<{ close(): Promise<void> }> {
    return this.#guard(() => {
      const end = this.#board.keep(`${name} ${epoch}`);
      this.#kept.add(end);
      return {
        close: () => {
          end();
          this.#kept.delete(end);
          return Promise.resolve();
        },
      };
    });
  }

  attend(name: string, epoch: number, onEnd: () => void): () => void {
    return this.#board.attend(`${name} ${epoch}`, onEnd);
  }

  endAll(): void {
    for (const end of this.#kept) end();
    this.#kept.clear();
  }
}
