import { Pool, type PoolClient, type PoolConfig } from "pg";
import { endsByItself } from "./session.ts";

export interface OwnPool {
  readonly pool: Pool;
  readonly end: () => Promise<void>;
}

/** Connections of the store's own, which end with it, whatever is under way on them. */
export function ownPool(config: PoolConfig): OwnPool {
  const pool = new Pool(config);
  const lent = new Set<PoolClient>();
  let isCut = false;
  // An idle connection that breaks is replaced; whoever uses one learns of it by its own request.
  pool.on("error", endsByItself).on("connect", (client) => {
    client.on("error", endsByItself);
    // A swap looks at what the one before it committed, which any other level calls a conflict. What it fails with, the next request does.
    client.query("set default_transaction_isolation = 'read committed'").catch(() => {});
  });
  pool.on("acquire", (client) => (isCut ? cut(client) : lent.add(client)));
  pool.on("release", (_, client) => lent.delete(client));
  const end = async (): Promise<void> => {
    isCut = true;
    lent.forEach(cut);
    await pool.end();
  };
  return { pool, end };
}

function cut(client: PoolClient): void {
  client.connection.stream.destroy();
}
