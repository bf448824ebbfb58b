import type { FenceStorage } from "@tenure/core";

/** The highest epoch seen of each lease: in memory, and where there is a place for it, across processes. */
export class SeenEpochs {
  readonly #storeId: string;
  readonly #storage: FenceStorage | undefined;
  readonly #highest = new Map<string, number>();

  constructor(storeId: string, storage: FenceStorage | undefined) {
    this.#storeId = storeId;
    this.#storage = storage;
  }

  /** The epoch that makes it certain that what shows this floor came back older than it was, or `null`. */
  async above(name: string, epochFloor: number): Promise<number | null> {
    const key = { storeId: this.#storeId, name };
    const known = Math.max(this.#highest.get(name) ?? 0, (await this.#storage?.load(key)) ?? 0);
    if (epochFloor < known) return known;
    await this.raise(name, epochFloor);
    return null;
  }

  async raise(name: string, epoch: number): Promise<void> {
    if (epoch <= (this.#highest.get(name) ?? 0)) return;
    await this.#storage?.raise({ storeId: this.#storeId, name }, epoch);
    this.#highest.set(name, epoch);
  }
}
