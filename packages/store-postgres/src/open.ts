import { causeOf, LeaseError, ServerStore, type FenceStorage, type LeaseStore } from "@tenure/core";
import type { Pool } from "pg";
import { connectionOf } from "./connection.ts";
import { assertSchema } from "./ddl.ts";
import { storeFailure } from "./failure.ts";
import { migrate } from "./migrate.ts";
import { ownPool } from "./own-pool.ts";
import { PostgresEngine } from "./postgres-engine.ts";
import { askServer, refuseSharing, refuseUnfit } from "./server.ts";

/** Where the tables are kept unless it is said. */
const SCHEMA = "tenure";

export interface PostgresStoreOptions {
  /** `postgres://user@host:5432/database`; see `connectionOf` for TLS and passwords. Either this or `pool`. */
  readonly url?: string | undefined;
  /** A pool of the program's own. It is not ended with the store, and must allow two connections: one hears of changes. At another level than `read committed`, leases that have nothing to do with one another get in each other's way. */
  readonly pool?: Pool | undefined;
  /** Holds the password that the URL does not. */
  readonly passwordFile?: string | undefined;
  /** The schema that holds the tables: up to 56 letters, digits, `_` and `-`. Default: `tenure`. */
  readonly schema?: string | undefined;
  /** Makes the tables where they are not there, under a lock. Default: true. */
  readonly migrate?: boolean | undefined;
  /** Refuses any other store than this one, and makes none where there is none. */
  readonly storeId?: string | undefined;
  /** Remembers the highest epoch seen across processes, on this machine's disk: `fileFence` does. In memory it is always remembered. */
  readonly seenEpochs?: FenceStorage | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens the leases of a PostgreSQL server, and makes their tables where there are none.
 * @throws LeaseError `ECONFIG` for a URL or a schema's name that is none, another store than the pinned one, a server that is too old, or a pooler that shares connections; `ESTOREUNAVAILABLE` when the server cannot
 * be reached, is a standby or has no tables; `EPERMISSION` when it refuses the user; `ESCHEMAVERSION` when a newer build made the tables.
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<LeaseStore> {
  const { schema = SCHEMA, signal, seenEpochs } = options;
  assertSchema(schema);
  const [pool, end] = poolOf(options);
  try {
    const facts = await askServer(pool, signal);
    refuseUnfit(facts);
    if (facts.isPooled) await refuseSharing(pool, signal);
    const storeId = await migrate(pool, schema, {
      isAllowed: options.migrate ?? true,
      pinned: options.storeId,
      signal,
    });
    return new ServerStore(new PostgresEngine({ pool, schema, storeId, facts, end }), seenEpochs);
  } catch (error) {
    await end().catch(() => {});
    throw storeFailure(causeOf(error), "open the store");
  }
}

function poolOf({ url, pool, passwordFile }: PostgresStoreOptions): [Pool, () => Promise<void>] {
  if (pool !== undefined) return [pool, () => Promise.resolve()];
  if (url === undefined) throw new LeaseError("EUSAGE", "a PostgreSQL store needs either a url or a pool");
  const own = ownPool(connectionOf(url, passwordFile));
  return [own.pool, own.end];
}
