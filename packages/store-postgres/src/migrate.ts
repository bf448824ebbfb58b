import { LeaseError } from "@tenure/core";
import { escapeIdentifier, type Pool } from "pg";
import { ddl, DDL_VERSION } from "./ddl.ts";
import { connect } from "./session.ts";

/** Any number that nothing else takes: the lock under which tables are made. */
const LOCK = 0x7e_9c_5e;

export interface MigrateOptions {
  /** Whether tables may be made or renewed. */
  readonly isAllowed: boolean;
  /** The one store that may be there: it is not to come about anew on a server that lost it. */
  readonly pinned: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Makes or renews the tables where it must and may, and tells which store they are. */
export async function migrate(pool: Pool, schema: string, options: MigrateOptions): Promise<string> {
  const { isAllowed, pinned, signal } = options;
  const found = await look(pool, schema, signal);
  if (pinned !== undefined && found?.id !== pinned)
    throw new LeaseError(
      "ECONFIG",
      `this server holds ${found === null ? "no store" : `store ${found.id}`}, and store ${pinned} was asked for`,
    );
  if (found !== null && found.ddlVersion > DDL_VERSION)
    throw new LeaseError(
      "ESCHEMAVERSION",
      `PostgreSQL: the tables in schema ${schema} are of version ${found.ddlVersion}, and this build knows version ${DDL_VERSION}; install the newer @tenure/store-postgres`,
    );
  if (found?.ddlVersion === DDL_VERSION) return found.id;
  if (!isAllowed)
    throw new LeaseError(
      "ESTOREUNAVAILABLE",
      `PostgreSQL: schema ${schema} has no tables of version ${DDL_VERSION}; run what tenure init --store … --print-ddl prints`,
    );
  await make(pool, schema, signal);
  const made = await look(pool, schema, signal);
  if (made === null)
    throw new LeaseError("ESTOREUNAVAILABLE", `PostgreSQL: schema ${schema} was removed while it was made`);
  return made.id;
}

async function look(
  pool: Pool,
  schema: string,
  signal?: AbortSignal,
): Promise<{ id: string; ddlVersion: number } | null> {
  const client = await connect(pool, signal);
  try {
    const table = `${escapeIdentifier(schema)}.store`;
    const {
      rows: [there],
    } = await client.query<{ found: boolean }>("select to_regclass($1) is not null as found", [table]);
    if (there?.found !== true) return null;
    const {
      rows: [row],
    } = await client.query<{ id: string; ddl_version: number }>(`select id, ddl_version from ${table}`);
    return row === undefined ? null : { id: row.id, ddlVersion: row.ddl_version };
  } finally {
    client.release();
  }
}

async function make(pool: Pool, schema: string, signal?: AbortSignal): Promise<void> {
  const client = await connect(pool, signal);
  try {
    await client.query("begin");
    await client.query("select pg_advisory_xact_lock($1)", [LOCK]);
    await client.query(ddl(schema));
    await client.query("commit");
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}
