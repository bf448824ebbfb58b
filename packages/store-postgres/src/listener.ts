import type { ListenToAll } from "@tenure/core";
import { escapeIdentifier, type Pool } from "pg";
import { channelOf } from "./ddl.ts";
import { storeFailure } from "./failure.ts";
import { connect } from "./session.ts";

/** Hears of every change by a connection of its own. */
export function listenTo(pool: Pool, schema: string): ListenToAll {
  return async ({ onNews, onBroken }) => {
    const client = await connect(pool);
    const broken = (cause: Error): void => onBroken(storeFailure(cause, "hear of changes"));
    client.on("notification", ({ payload }) => onNews(payload ?? ""));
    client.on("error", broken).on("end", () => broken(new Error("the connection ended")));
    try {
      await client.query(`listen ${escapeIdentifier(channelOf(schema))}`);
      // What was subscribed to must not go back to the pool with it.
      return () => client.release(true);
    } catch (error) {
      client.release(true);
      throw error;
    }
  };
}
