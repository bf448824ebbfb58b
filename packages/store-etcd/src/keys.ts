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

  /** Record, nonce and floor of a lease, and nothing else. */
  lease(name: string): Required<Range> {
    return { key: `${this.#prefix}lease/${name}/`, rangeEnd: `${this.#prefix}lease/${name}0` };
  }

  /** The record of a lease, as JSON. */
  record(name: string): string {
    return `${this.lease(name).key}record`;
  }

  /** The nonce of the last write, alone: what stands is compared by it, since mod revisions come again in a restored cluster. */
  nonce(name: string): string {
    return `${this.lease(name).key}nonce`;
  }

  /** The highest epoch, the longest wait and the number of the last journal line: kept when a record is lost. */
  floor(name: string): string {
    return `${this.lease(name).key}floor`;
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

  /** What `lease` tells of all leases, after one of its keys. */
  all(after: string): Range {
    return { key: after === "" ? `${this.#prefix}lease/` : `${after}\0`, rangeEnd: `${this.#prefix}lease0` };
  }

  /** `null` for a nonce, which alone is no lease. */
  nameOf(key: string): string | null {
    const [name = "", part] = key.slice(`${this.#prefix}lease/`.length).split("/");
    return part === "record" || part === "floor" ? name : null;
  }
}
