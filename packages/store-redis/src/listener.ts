import type { ListenToAll } from "@tenure/core";
import { storeFailure } from "./failure.ts";
import type { Session } from "./session.ts";

/** Hears of every change by a connection of its own. */
export function listenTo(session: Session, channel: string): ListenToAll {
  return async ({ onNews, onBroken }) => {
    const client = await session.connect();
    client.on("message", (_, name) => onNews(name));
    client.on("end", () => onBroken(storeFailure(new Error("the connection ended"), "hear of changes")));
    try {
      await client.subscribe(channel);
      return () => client.disconnect();
    } catch (error) {
      client.disconnect();
      throw error;
    }
  };
}
