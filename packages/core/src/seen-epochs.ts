import { LeaseError } from "./errors.ts";
import type { FenceStorage } from "./fence.ts";
import type { Snapshot } from "./store.ts";

export interface SeenEpochsOptions {
  readonly storeId: string;
  /** Keeps them across processes, where there is a place for it. */
  readonly storage: FenceStorage | undefined;
  /** As people call it. */
  readonly engine: string;
}

/**
 * For whoever writes a store on a server: the highest epoch seen of each lease. A server that shows less was restored, or failed over
 * and lost commits, and is not believed.
 */
export class SeenEpochs {
  readonly #options: SeenEpochsOptions;
  readonly #highest = new Map<string, number>();

  constructor(options: SeenEpochsOptions) {
    this.#options = options;
  }

  /**
   * Asks the server, and notes what it shows. An answer below what was learned since it was asked for may have been long on its way, or the
   * server may have been put back before it answered: it is asked again, and what was known by then is held against it.
   * @param repair what an operator does on the server to let clients go on above a known epoch, as a statement or a command.
   * @throws LeaseError `EEPOCHREGRESSION` when more was seen before it was asked, and whatever `ask` throws.
   */
  async believe<Shown extends Pick<Snapshot, "epochFloor">>(
    name: string,
    ask: () => Promise<Shown>,
    repair: (knownEpoch: number, shown: Shown) => string,
  ): Promise<Shown> {
    for (let known = this.#highest.get(name) ?? 0; ;) {
      const shown = await ask();
      const { epochFloor } = shown;
      const knownBefore = known;
      known = await this.#known(name);
      if (epochFloor >= known) {
        await this.note(name, epochFloor);
        return shown;
      }
      if (epochFloor < knownBefore)
        throw new LeaseError(
          "EEPOCHREGRESSION",
          `${this.#options.engine} shows epoch ${epochFloor} of lease ${name}, but epoch ${known} was seen here: the server was restored, or ` +
            `failed over and lost commits. It is not believed. Once nobody acts under the lost epochs any more, run: ${repair(known, shown)}`,
          { name, epoch: known },
        );
    }
  }

  async note(name: string, epoch: number): Promise<void> {
    if (epoch <= (this.#highest.get(name) ?? 0)) return;
    const { storage, storeId } = this.#options;
    await this.#asking(name, async () => await storage?.raise({ storeId, name }, epoch));
    this.#highest.set(name, epoch);
  }

  /** By this process and, where there is a place for it, by the others of this machine. */
  async #known(name: string): Promise<number> {
    const { storage, storeId } = this.#options;
    const kept = await this.#asking(name, async () => await storage?.load({ storeId, name }));
    return Math.max(this.#highest.get(name) ?? 0, kept ?? 0);
  }

  /** What goes wrong here is none of the server's faults, and is not told as one. */
  async #asking<T>(name: string, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (cause) {
      if (cause instanceof LeaseError) throw cause;
      const said = cause instanceof Error ? cause.message : String(cause);
      const message = `the highest epoch seen of lease ${name} cannot be kept on this machine: ${said}`;
      throw new LeaseError("ESTOREUNAVAILABLE", message, { name }, { cause });
    }
  }
}
