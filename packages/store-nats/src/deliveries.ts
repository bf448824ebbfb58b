import { DeliverPolicy, type JsMsg, type OrderedPushConsumerOptions } from "@nats-io/jetstream";
import type { ListenToAll } from "@tenure/core";
import type { Bucket } from "./bucket.ts";
import { storeFailure } from "./failure.ts";
import type { Stored } from "./message.ts";
import type { Session } from "./session.ts";

type What = Partial<OrderedPushConsumerOptions>;

/** Hears of every change by a connection of its own. The client library notices one that did not come, and asks for it again. */
export function listenTo(session: Session, bucket: Bucket): ListenToAll {
  return async ({ onNews, onBroken }) => {
    const { connection, manager } = await session.connect();
    const what: What = { filter_subjects: bucket.all, deliver_policy: DeliverPolicy.New, headers_only: true };
    try {
      const consumer = await manager.jetstream().consumers.getPushConsumer(bucket.stream, what);
      const messages = await consumer.consume({
        callback: ({ subject }) => {
          const name = bucket.nameOf(subject);
          if (name !== null) onNews(name);
        },
        abort_on_missing_resource: true,
      });
      const broke = (cause: unknown): void => onBroken(storeFailure(cause, "hear of changes"));
      void messages.closed().then((cause) => broke(cause ?? new Error("the server tells nothing any more")));
      void connection.closed().then((cause) => broke(cause ?? new Error("the connection ended")));
      return () => void connection.close();
    } catch (error) {
      await connection.close();
      throw error;
    }
  };
}

/** The messages of one lease from a number on, up to another one. @throws when the connection breaks before the last. */
export async function* messagesBetween(
  session: Session,
  { stream }: Bucket,
  subject: string,
  { from, to }: { readonly from: number; readonly to: number },
): AsyncGenerator<Stored, void, void> {
  const { connection, manager } = await session.connect();
  try {
    const what: What = { filter_subjects: subject, opt_start_seq: from };
    const consumer = await manager.jetstream().consumers.getPushConsumer(stream, what);
    const messages = await consumer.consume({ abort_on_missing_resource: true });
    void connection.closed().then(() => messages.close());
    for await (const message of messages) {
      yield storedOf(message);
      if (message.seq >= to) return;
    }
    throw new Error("the connection ended before the last message");
  } finally {
    await connection.close();
  }
}

function storedOf(message: JsMsg): Stored {
  const { seq, subject, timestamp: taken, headers } = message;
  return { seq, subject, taken, operation: headers?.get("KV-Operation") ?? "", text: message.string() };
}
