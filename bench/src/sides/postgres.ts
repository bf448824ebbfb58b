import { startPostgres } from "@tenure/engines";
import { openPostgresStore } from "@tenure/store-postgres";
import { Client, Pool } from "pg";
import { nowMs } from "../clock.ts";
import { RECORD, type EngineSide, type RawNews, type RawRows } from "../engine.ts";

/** As wide as the pool that tenure opens for itself. */
const CONNECTIONS = 4;
const TABLE = "create table raw (name text primary key, revision bigint not null, record json not null)";
const FILL = "insert into raw select unnest($1::text[]), 0, '{}'";
const UPDATE =
  "update raw set revision = revision + 1, record = $3 where name = $1 and revision = $2 returning revision";

export const postgresSide: EngineSide = {
  id: "postgres",
  name: "PostgreSQL",
  news: "raw NOTIFY",
  start: startPostgres,
  open: (url) => openPostgresStore({ url }),
  rows: openRows,
  telling: openNews,
};

async function openRows(url: string, names: readonly string[]): Promise<RawRows> {
  const pool = new Pool({ connectionString: url, max: CONNECTIONS });
  // The server may be gone before the last of them has closed.
  pool.on("error", () => {});
  await pool.query(TABLE);
  await pool.query(FILL, [names]);
  const revisions = new Map<string, number>();
  return {
    update: async (name) => {
      const revision = revisions.get(name) ?? 0;
      const { rowCount } = await pool.query(UPDATE, [name, revision, RECORD]);
      if (rowCount !== 1) throw new Error(`${name} is not what it was`);
      revisions.set(name, revision + 1);
    },
    close: () => pool.end(),
  };
}

async function openNews(url: string): Promise<RawNews> {
  const [teller, hearer] = [new Client(url), new Client(url)];
  await Promise.all([teller.connect(), hearer.connect()]);
  await hearer.query("listen raw");
  return {
    tell: async () => void (await teller.query("notify raw")),
    heard: () => new Promise((resolve) => hearer.once("notification", () => resolve(nowMs()))),
    close: async () => void (await Promise.all([teller.end(), hearer.end()])),
  };
}
