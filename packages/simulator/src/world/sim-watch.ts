import { basename, dirname } from "node:path/posix";
import type { DirectoryChanges } from "@tenure/store-file";
import type { SimDisk } from "./sim-disk.ts";
import type { SimProcess } from "./sim-process.ts";

const POLL_MS = 1_000;

/** What the kernel tells of folders: late, sometimes never, and then only the poll finds it. */
export class WatchBoard {
  readonly #subscribers = new Set<{ folder: string; journal: string; process: SimProcess; onChange: () => void }>();
  /** Chance that a notification is lost. */
  lossRate = 0;

  constructor(disk: SimDisk) {
    const tell = (path: string): void => this.#tell(dirname(path), basename(path));
    disk.listen({ onAppend: tell, onNames: tell });
  }

  changesFor(process: SimProcess, folder: string): DirectoryChanges {
    const own = new Set<() => void>();
    return {
      subscribe: (name, onChange) => {
        const subscriber = { folder, journal: `${name}.journal.`, process, onChange };
        this.#subscribers.add(subscriber);
        let timer = process.clock.startTimer(POLL_MS, function poll() {
          timer = process.clock.startTimer(POLL_MS, poll);
          onChange();
        });
        const stop = (): void => {
          this.#subscribers.delete(subscriber);
          own.delete(stop);
          timer.cancel();
        };
        own.add(stop);
        process.onDeath(stop);
        return stop;
      },
      close: () => {
        for (const stop of own) stop();
      },
    };
  }

  #tell(folder: string, file: string): void {
    for (const subscriber of this.#subscribers) {
      if (subscriber.folder !== folder) continue;
      const { process, journal, onChange } = subscriber;
      const { random } = process.machine;
      if (random.chance(this.lossRate)) continue;
      process.later(0.05 + random.next() * 0.5, () => {
        if (this.#subscribers.has(subscriber) && file.startsWith(journal)) onChange();
      });
    }
  }
}
