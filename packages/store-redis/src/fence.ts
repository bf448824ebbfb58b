import type { FenceKey, FenceStorage } from "@tenure/core";
import type { Redis } from "ioredis";
import { storeFailure } from "./failure.ts";
import { keysOf, PREFIX } from "./keys.ts";
import { RAISE } from "./scripts.ts";

export interface RedisFenceOptions {
  /** Of the database that holds what is guarded. */
  readonly client: Pick<Redis, "eval" | "hget">;
  /** What the names of its keys begin with. Default: `tenure`. */
  readonly prefix?: string | undefined;
}

/** A fence that all who reach the database share. Raised first, and asked before each write. It forgets what its server forgets. */
export function redisFence({ client, prefix = PREFIX }: RedisFenceOptions): FenceStorage {
  const { fence } = keysOf(prefix);
  const highest = async (doing: string, { name }: FenceKey, asked: Promise<unknown>): Promise<number> => {
    try {
      return Number((await asked) ?? 0);
    } catch (error) {
      throw storeFailure(error, `${doing} the fence of lease ${name}`, { name });
    }
  };
  return {
    load: (key) => highest("read", key, client.hget(fence, fieldOf(key))),
    raise: (key, epoch) => highest("raise", key, client.eval(RAISE, 1, fence, fieldOf(key), epoch)),
  };
}

/** A lease's name holds no space. */
function fieldOf({ storeId, name }: FenceKey): string {
  return `${name} ${storeId}`;
}
