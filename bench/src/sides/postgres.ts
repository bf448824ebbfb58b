import { createLeaseClient, type Lease, type LeaseClient } from "@tenure/core";
import { startPostgres } from "@tenure/engines";
import { keepAlive } from "@tenure/heartbeat";
import { openPostgresStore } from "@tenure/store-postgres";
import { Client, Pool } from "pg";
import { nowMs, sleep } from "../clock.ts";
import { host } from "./tenure-store.ts";

/** As wide as the pool that tenure opens for itself. */
const CONNECTIONS = 4;
const TABLE = `create table raw (name text primary key, revision bigint not null, record json not null);
  insert into raw select 'lease-' || n, 0, '{}' from generate_series(1, 1000) n`;
const UPDATE =
  "update raw set revision = revision + 1, record = $3 where name = $1 and revision = $2 returning revision";
/** As long as a record. */
const RECORD = JSON.stringify({ text: "x".repeat(900) });

/** Runs with a server of its own, which is gone afterwards. */
export async function besideServer<T>(use: (url: string) => Promise<T>): Promise<T> {
  const server = await startPostgres();
  if (server === null)
    throw new Error("needs PostgreSQL; node tools/engines/install.mjs installs it on Debian, as root");
  try {
    return await use(server.url);
  } finally {
    await server.stop();
  }
}

/** One row of a table like any other, changed where it still is what it was. */
export class RawRows {
  readonly #pool: Pool;
  readonly #revisions = new Map<string, number>();

  private constructor(pool: Pool) {
    this.#pool = pool;
  }

  static async on(url: string): Promise<RawRows> {
    const pool = new Pool({ connectionString: url, max: CONNECTIONS });
    // The server may be gone before the last of them has closed.
    pool.on("error", () => {});
    await pool.query(TABLE);
    return new RawRows(pool);
  }

  async update(name: string): Promise<void> {
    const revision = this.#revisions.get(name) ?? 0;
    const { rowCount } = await this.#pool.query(UPDATE, [name, revision, RECORD]);
    if (rowCount !== 1) throw new Error(`${name} is not what it was`);
    this.#revisions.set(name, revision + 1);
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}

/** Clients of tenure at one server, as in one agent each. */
export class Agents {
  readonly #closing: (() => Promise<void>)[] = [];
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async client(): Promise<LeaseClient> {
    const store = await openPostgresStore({ url: this.#url });
    this.#closing.push(() => store.close());
    return createLeaseClient({ store, ...host });
  }

  async close(): Promise<void> {
    for (const close of this.#closing) await close();
  }
}

/** How many of the leases are lost while all are kept alive for so long. */
export async function lostWithin(leases: readonly Lease[], forMs: number): Promise<number> {
  const heartbeats = leases.map((lease) => keepAlive(lease, { clock: host.clock, random: Math.random }));
  await sleep(forMs);
  const lost = leases.filter(({ signal }) => signal.aborted).length;
  await Promise.all(heartbeats.map((heartbeat) => heartbeat.stop()));
  return lost;
}

/** From a notification to who hears it, and nothing else. */
export async function notifyRepeatedly(
  url: string,
  times: number,
  betweenMs: () => number,
): Promise<readonly number[]> {
  const [teller, hearer] = [new Client(url), new Client(url)];
  await Promise.all([teller.connect(), hearer.connect()]);
  await hearer.query("listen raw");
  const gaps: number[] = [];
  for (let round = 0; round < times; round++) {
    await sleep(betweenMs());
    const heard = new Promise<number>((resolve) => hearer.once("notification", () => resolve(nowMs())));
    const toldMs = nowMs();
    await teller.query("notify raw");
    gaps.push((await heard) - toldMs);
  }
  await Promise.all([teller.end(), hearer.end()]);
  return gaps;
}
