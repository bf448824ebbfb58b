import type { Engine } from "@tenure/engines";
import { Pool } from "pg";

/** Ends every connection of tenure at the server, as an operator may. A server that is away has none. */
export async function terminateOn({ url }: Engine): Promise<void> {
  const pool = new Pool({ connectionString: url, max: 1 });
  pool.on("error", () => {});
  await pool.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tenure'");
  await pool.end();
}
