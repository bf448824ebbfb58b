import type { FenceKey, FenceStorage } from "@tenure/core";
import { escapeIdentifier, type Pool } from "pg";
import { storeFailure } from "./failure.ts";

export interface PostgresFenceOptions {
  /** Of the database that holds what is guarded. */
  readonly pool: Pick<Pool, "query">;
  /** Where the tables of tenure are. Default: `tenure`. */
  readonly schema?: string | undefined;
}

/** A fence that all who reach the database share. Raised first, and asked in the transaction of each write: `admit`, or `fenceTrigger`. */
export function postgresFence({ pool, schema = "tenure" }: PostgresFenceOptions): FenceStorage {
  const table = `${escapeIdentifier(schema)}.fence`;
  const highest = async (
    doing: string,
    { name }: FenceKey,
    text: string,
    values: readonly unknown[],
  ): Promise<number> => {
    try {
      const { rows } = await pool.query<{ epoch: string }>(text, [...values]);
      return Number(rows[0]?.epoch ?? 0);
    } catch (error) {
      throw storeFailure(error, `${doing} the fence of lease ${name}`, { name });
    }
  };
  return {
    load: (key) =>
      highest("read", key, `select epoch from ${table} where store_id = $1 and name = $2`, [key.storeId, key.name]),
    raise: (key, epoch) =>
      highest(
        "raise",
        key,
        `insert into ${table} as f (store_id, name, epoch) values ($1, $2, $3)
  on conflict (store_id, name) do update set epoch = greatest(f.epoch, excluded.epoch) returning f.epoch`,
        [key.storeId, key.name, epoch],
      ),
  };
}
