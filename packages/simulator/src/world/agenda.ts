/** Something that will happen at a moment of true time. */
export interface Entry {
  readonly dueMs: number;
  readonly order: number;
  run: (() => void) | null;
}

/**
 * What happens next: a heap by time, and by the order of planning where times are equal. Virtual time moves from one entry to the next;
 * nothing waits.
 */
export class Agenda {
  readonly #heap: Entry[] = [];
  #nowMs = 0;
  #planned = 0;
  /** Called each time the world has come to rest. */
  onRest: () => void = () => {};

  /** True time in milliseconds, from the beginning of the world. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Things planned since the beginning. */
  get planned(): number {
    return this.#planned;
  }

  at(dueMs: number, run: () => void): Entry {
    this.#planned += 1;
    const entry: Entry = { dueMs: Math.max(dueMs, this.#nowMs), order: this.#planned, run };
    this.#push(entry);
    return entry;
  }

  after(delayMs: number, run: () => void): Entry {
    return this.at(this.#nowMs + delayMs, run);
  }

  /** Runs everything that is due until `untilMs`, in order, and lets all that woke up come to rest before it goes on. */
  async advanceTo(untilMs: number): Promise<void> {
    await settle();
    for (let entry = this.#heap[0]; entry !== undefined && entry.dueMs <= untilMs; entry = this.#heap[0]) {
      this.#pop();
      if (entry.run === null) continue;
      this.#nowMs = entry.dueMs;
      entry.run();
      await settle();
      this.onRest();
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs);
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || !isBefore(entry, parent)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      let child = heap[below];
      const right = heap[below + 1];
      if (child === undefined) break;
      if (right !== undefined && isBefore(right, child)) {
        child = right;
        below += 1;
      }
      if (!isBefore(child, last)) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = last;
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}

const nextTick = process.nextTick.bind(process);

/**
 * Resolves when every promise chain that could run has run. Node runs its ticks when the queue of promise callbacks is empty, which
 * costs a tenth of a turn of the event loop; nothing under test uses real I/O.
 */
function settle(): Promise<void> {
  return new Promise((resolve) => nextTick(resolve));
}
