/** As many digits as a line's number may have, so that keys sort as numbers do. */
const LINE_DIGITS = 16;

/** A range of keys: from `key` up to, and without, `rangeEnd`; one key where there is none. */
export interface Range {
  readonly key: string;
  readonly rangeEnd?: string;
}

/** Where in a cluster's keys the leases of one store are. No lease name holds a slash. */
export class Keys {
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Names the store for good. */
  get store(): string {
    return `${this.#prefix}store`;
  }

  /** The record of a lease, as JSON. */
  record(name: string): string {
    return `${this.#prefix}record/${name}`;
  }

  /** The nonce of the last write, alone: what stands is compared by it, since mod revisions come again in a restored cluster. */
  nonce(name: string): string {
    return `${this.#prefix}nonce/${name}`;
  }

  /** The highest epoch, the longest wait and the number of the last journal line: kept when a record is lost. */
  floor(name: string): string {
    return `${this.#prefix}floor/${name}`;
  }

  line(name: string, line: number): string {
    return `${this.#prefix}journal/${name}/${String(line).padStart(LINE_DIGITS, "0")}`;
  }

  /** The lines of a journal from one on, up to another one or the last. */
  lines(name: string, from: number, before?: number): Range {
    const rangeEnd = before === undefined ? `${this.#prefix}journal/${name}0` : this.line(name, before);
    return { key: this.line(name, from), rangeEnd };
  }

  lineOf(key: string): number {
    return Number(key.slice(-LINE_DIGITS));
  }

  /** All leases that have one of these, after a name. No byte comes between a name and the one that follows it here. */
  named(folder: "record" | "floor", after: string): Range {
    const first = `${this.#prefix}${folder}/`;
    return { key: after === "" ? first : `${first}${after}\0`, rangeEnd: `${this.#prefix}${folder}0` };
  }

  nameOf(key: string): string {
    return key.slice(key.lastIndexOf("/") + 1);
  }
}
