import type { ListenToAll } from "@tenure/core";
import { escapeIdentifier, type Notification, type Pool } from "pg";
import { channelOf } from "./ddl.ts";
import { storeFailure } from "./failure.ts";
import { ANSWER_MS, connect } from "./session.ts";

/** A connection that does not answer for so long is ended instead. */
const UNLISTEN_MS = 1_000;

/** Hears of every change by a connection of its own, which goes back to the pool as it came: others are used to it by then. */
export function listenTo(pool: Pool, schema: string): ListenToAll {
  const channel = escapeIdentifier(channelOf(schema));
  const listen = { text: `listen ${channel}`, query_timeout: ANSWER_MS };
  const unlisten = { text: `unlisten ${channel}`, query_timeout: UNLISTEN_MS };
  return async ({ onNews, onBroken }) => {
    const client = await connect(pool);
    const notified = ({ payload }: Notification): void => onNews(payload ?? "");
    const broken = (cause: Error): void => onBroken(storeFailure(cause, "hear of changes"));
    const ended = (): void => broken(new Error("the connection ended"));
    client.on("notification", notified).on("error", broken).on("end", ended);
    const leave = (failure?: Error): void => {
      client.off("notification", notified).off("error", broken).off("end", ended);
      client.release(failure);
    };
    try {
      await client.query(listen);
    } catch (error) {
      leave(error as Error);
      throw error;
    }
    return () =>
      void client.query(unlisten).then(
        () => leave(),
        (error: Error) => leave(error),
      );
  };
}
