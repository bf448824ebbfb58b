import { describeBrokenStores, describeLeaseStore, type StoreSubject } from "@tenure/core/testing";
import { Pool } from "pg";
import { describe, it } from "vitest";
import { openPostgresStore } from "../src/index.ts";
import { freshSchema, server, skipped } from "./server.ts";

describe.skipIf(skipped !== null)(`on a real server${skipped === null ? "" : `: ${skipped}`}`, () => {
  const subject: StoreSubject = {
    name: "a PostgreSQL store",
    supports: ["loseRecord"],
    open: async () => {
      const schema = freshSchema();
      const pool = new Pool({ connectionString: server?.url, max: 1 });
      // The server may be gone before its connection has closed.
      pool.on("error", () => {});
      return {
        connect: () => openPostgresStore({ url: server?.url, schema }),
        loseRecord: async (name) => {
          await pool.query(`delete from ${schema}.lease where name = $1`, [name]);
        },
        dispose: async () => {
          await pool.query(`drop schema if exists ${schema} cascade`);
          await pool.end();
        },
      };
    },
  };
  describeLeaseStore(subject, { describe, it });
  describeBrokenStores(subject, { describe, it });
});
