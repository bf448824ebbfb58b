import type { LeaseStore } from "@tenure/core";
import { missing, Proxy, startPostgres, type Engine } from "@tenure/engines";
import { Pool } from "pg";
import { afterAll, onTestFinished } from "vitest";
import { openPostgresStore, type PostgresStoreOptions } from "../src/index.ts";

let schemas = 0;

/** One server for all tests of a file; `skipped` says why where there is none. */
export const server: Engine | null = await startPostgres();
export const skipped: string | null = server === null ? missing("PostgreSQL") : null;
afterAll(() => server?.stop());

/** Tables that no other test knows. */
export function freshSchema(): string {
  schemas += 1;
  return `tenure_${process.pid}_${schemas}`;
}

export async function openStore(options: PostgresStoreOptions = {}): Promise<LeaseStore> {
  const store = await openPostgresStore({ url: server?.url, ...options });
  onTestFinished(() => store.close());
  return store;
}

/** The network between a client and the server. */
export async function proxied(): Promise<Proxy> {
  if (server === null) throw new Error(missing("PostgreSQL"));
  const proxy = await Proxy.before(server);
  onTestFinished(() => proxy.close());
  return proxy;
}

/** An operator at the server, behind the store's back. */
export function operator(): Pool {
  const pool = new Pool({ connectionString: server?.url, max: 2 });
  pool.on("error", () => {});
  onTestFinished(() => pool.end());
  return pool;
}
