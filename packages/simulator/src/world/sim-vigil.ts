import type { StoreVigil } from "@tenure/store-file";
import type { SimProcess } from "./sim-process.ts";

interface Attendant {
  readonly process: SimProcess;
  readonly onEnd: () => void;
}

/** The kernel's side of all vigils of a machine: who listens, and who is connected to it. */
export class VigilBoard {
  readonly #keepers = new Set<string>();
  readonly #attendants = new Map<string, Set<Attendant>>();

  vigilOf(process: SimProcess): StoreVigil {
    const kept = new Set<() => void>();
    process.onDeath(() => {
      for (const end of kept) end();
    });
    return {
      keep: (name, epoch) =>
        new Promise((resolve) => {
          const key = `${name} ${epoch}`;
          process.later(0.3, () => {
            this.#keepers.add(key);
            const end = (): void => {
              if (kept.delete(end)) this.#end(key);
            };
            kept.add(end);
            resolve({ close: () => Promise.resolve(end()) });
          });
        }),
      attend: (name, epoch, onEnd) => {
        const key = `${name} ${epoch}`;
        const attendant = { process, onEnd };
        const attendants = this.#attendants.get(key) ?? new Set();
        this.#attendants.set(key, attendants.add(attendant));
        // Nobody listens: the connection is refused.
        if (!this.#keepers.has(key)) tell(attendants, attendant);
        return () => void attendants.delete(attendant);
      },
      close: () => {
        for (const end of kept) end();
        return Promise.resolve();
      },
    };
  }

  /** The power went. */
  clear(): void {
    this.#keepers.clear();
    this.#attendants.clear();
  }

  #end(key: string): void {
    this.#keepers.delete(key);
    const attendants = this.#attendants.get(key);
    this.#attendants.delete(key);
    if (attendants !== undefined) for (const attendant of attendants) tell(attendants, attendant);
  }
}

function tell(attendants: Set<Attendant>, attendant: Attendant): void {
  attendant.process.later(0.2 + attendant.process.machine.random.next() * 0.5, () => {
    if (attendants.delete(attendant)) attendant.onEnd();
  });
}
