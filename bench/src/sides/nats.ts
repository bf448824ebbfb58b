import { DeliverPolicy, jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { startNats } from "@tenure/engines";
import { openNatsStore } from "@tenure/store-nats";
import { nowMs } from "../clock.ts";
import { RECORD, type EngineSide, type RawNews, type RawRows } from "../engine.ts";

const STREAM = "raw";

export const natsSide: EngineSide = {
  id: "nats",
  name: "NATS",
  news: "raw message to a consumer",
  start: startNats,
  open: (url) => openNatsStore({ url }),
  rows: openRows,
  telling: openNews,
};

async function openRows(url: string): Promise<RawRows> {
  const connection = await connected(url);
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: STREAM, subjects: [`${STREAM}.>`] });
  const jetstream = manager.jetstream();
  const revisions = new Map<string, number>();
  return {
    update: async (name) => {
      const expect = { lastSubjectSequence: revisions.get(name) ?? 0 };
      const { seq } = await jetstream.publish(`${STREAM}.${name}`, RECORD, { expect });
      revisions.set(name, seq);
    },
    close: () => connection.close(),
  };
}

async function openNews(url: string): Promise<RawNews> {
  const [teller, hearer] = [await connected(url), await connected(url)];
  const manager = await jetstreamManager(teller);
  await manager.streams.add({ name: STREAM, subjects: [`${STREAM}.>`] });
  const consumer = await (
    await jetstreamManager(hearer)
  )
    .jetstream()
    .consumers.getPushConsumer(STREAM, { deliver_policy: DeliverPolicy.New });
  let hear: (atMs: number) => void = () => {};
  await consumer.consume({ callback: () => hear(nowMs()) });
  return {
    tell: async () => void (await manager.jetstream().publish(`${STREAM}.news`, "")),
    heard: () => new Promise((resolve) => (hear = resolve)),
    close: async () => void (await Promise.all([teller.close(), hearer.close()])),
  };
}

function connected(url: string): Promise<NatsConnection> {
  return connect({ servers: new URL(url).host });
}
