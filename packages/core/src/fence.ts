import { quoteForDisplay } from "@tenure/schema/light";
import type { Clock } from "./clock.ts";
import { LeaseError } from "./errors.ts";
import { toRemark } from "./protocol/decision.ts";
import { publish } from "./publish.ts";

/** Where a fence remembers the highest epoch it has seen. As durable as what it guards, and beside it if possible. */
export interface FenceStorage {
  /** The highest epoch ever raised for `key`; 0 where there was none. */
  load(key: FenceKey): Promise<number>;
  /**
   * Raises to `epoch` if that is higher than what stands, in one atomic step among all processes, and durably.
   * @returns the highest epoch after it.
   */
  raise(key: FenceKey, epoch: number): Promise<number>;
}

/** An epoch means nothing without the store that issued it. */
export interface FenceKey {
  readonly storeId: string;
  readonly name: string;
}

export interface FenceOptions extends FenceKey {
  readonly storage: FenceStorage;
  /** For the time in what is told. */
  readonly clock: Pick<Clock, "wallTime">;
}

/**
 * The checking half of a fencing token: refuses whoever comes with an epoch below the highest it has seen. It stands at the
 * resource, and excludes a former leader that does not know of its loss yet, however long it was paused.
 *
 * A new leader raises the fence before it reads the resource: from then on nothing of its predecessors' gets in.
 */
export class Fence {
  readonly storeId: string;
  readonly name: string;
  readonly #storage: FenceStorage;
  readonly #clock: Pick<Clock, "wallTime">;

  constructor({ storeId, name, storage, clock }: FenceOptions) {
    this.storeId = storeId;
    this.name = name;
    this.#storage = storage;
    this.#clock = clock;
  }

  /**
   * Shuts out every epoch below this one, for good.
   * @throws LeaseError `EFENCED` when a higher one was seen already; `EUSAGE` for an epoch that is none.
   */
  async raise(epoch: number): Promise<void> {
    assertEpoch(epoch);
    this.#admit(epoch, await this.#storage.raise(this.#key, epoch));
  }

  /**
   * Passes if no higher epoch was seen. Right before each write, in the same atomic step with it where the resource can;
   * otherwise a write that was admitted may still land after the next leader's raise.
   * @throws LeaseError `EFENCED` naming both epochs; `EUSAGE` for an epoch that is none.
   */
  async check(epoch: number): Promise<void> {
    assertEpoch(epoch);
    this.#admit(epoch, await this.#storage.load(this.#key));
  }

  get #key(): FenceKey {
    return { storeId: this.storeId, name: this.name };
  }

  #admit(epoch: number, highest: number): void {
    if (epoch >= highest) return;
    const { name } = this;
    const message =
      `epoch ${epoch} of lease ${quoteForDisplay(name)} is fenced off: epoch ${highest} was here. ` +
      "Another leads now; stop what this epoch covers";
    const time = this.#clock.wallTime();
    publish({ type: "lease.fenced", name, time, epoch, holderIdentity: null, remark: toRemark(message) });
    throw new LeaseError("EFENCED", message, { name, epoch });
  }
}

/** Remembers within one process only: for resources that live and die with it, and for tests. */
export class MemoryFenceStorage implements FenceStorage {
  readonly #highest = new Map<string, number>();

  load(key: FenceKey): Promise<number> {
    return Promise.resolve(this.#highest.get(keyText(key)) ?? 0);
  }

  raise(key: FenceKey, epoch: number): Promise<number> {
    const highest = Math.max(epoch, this.#highest.get(keyText(key)) ?? 0);
    this.#highest.set(keyText(key), highest);
    return Promise.resolve(highest);
  }
}

function keyText({ storeId, name }: FenceKey): string {
  return JSON.stringify([storeId, name]);
}

function assertEpoch(epoch: unknown): asserts epoch is number {
  if (Number.isSafeInteger(epoch) && (epoch as number) > 0) return;
  throw new LeaseError("EUSAGE", `${quoteForDisplay(epoch)} is no epoch: epochs are whole numbers from 1 on`);
}
