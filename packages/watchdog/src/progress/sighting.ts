import { readdirSync, readFileSync } from "node:fs";

/** What the system tells of a process that is about to be ended; `null` where it does not. */
export interface Sighting {
  /** One letter, as `ps` shows it: S sleeps, D waits for a disk, T is stopped. */
  readonly state: string | null;
  /** The kernel function it waits in. */
  readonly waitsIn: string | null;
  readonly threads: number | null;
  readonly openDescriptors: number | null;
}

export interface SightingReader {
  readonly readFile: (path: string) => string;
  readonly readDir: (path: string) => readonly string[];
}

const systemReader: SightingReader = {
  readFile: (path) => readFileSync(path, "latin1"),
  readDir: (path) => readdirSync(path),
};

/** Only for a child that is not reaped: then its number is its own. */
export function look(pid: number, reader: SightingReader = systemReader): Sighting {
  const status = attempt(() => reader.readFile(`/proc/${pid}/status`)) ?? "";
  const threads = /^Threads:\s*(?<count>\d+)$/mu.exec(status)?.groups?.["count"];
  return {
    state: /^State:\s*(?<letter>[A-Za-z])/mu.exec(status)?.groups?.["letter"] ?? null,
    waitsIn: /^[A-Za-z_][\w.]{0,63}$/u.exec(attempt(() => reader.readFile(`/proc/${pid}/wchan`)) ?? "")?.[0] ?? null,
    threads: threads === undefined ? null : Number(threads),
    openDescriptors: attempt(() => reader.readDir(`/proc/${pid}/fd`).length),
  };
}

/** In words, on one line. */
export function describeSighting({ state, waitsIn, threads, openDescriptors }: Sighting): string {
  const facts = [
    state === null ? [] : [`state ${state}`],
    waitsIn === null ? [] : [`waits in ${waitsIn}`],
    threads === null ? [] : [`${threads} threads`],
    openDescriptors === null ? [] : [`${openDescriptors} open descriptors`],
  ].flat();
  return facts.length === 0 ? "nothing of its process could be seen" : facts.join(", ");
}

function attempt<T>(ask: () => T): T | null {
  try {
    return ask();
  } catch {
    return null;
  }
}
