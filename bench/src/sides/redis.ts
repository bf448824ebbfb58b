import { startRedis } from "@tenure/engines";
import { openRedisStore } from "@tenure/store-redis";
import { Redis } from "ioredis";
import { nowMs } from "../clock.ts";
import { RECORD, type EngineSide, type RawNews, type RawRows } from "../engine.ts";

const CHANNEL = "raw";
const UPDATE = `
if (redis.call('HGET', KEYS[1], 'revision') or '0') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'revision', ARGV[1] + 1, 'record', ARGV[2])
return 1`;

export const redisSide: EngineSide = {
  id: "redis",
  name: "Redis",
  news: "raw PUBLISH",
  start: startRedis,
  open: (url) => openRedisStore({ url }),
  rows: (url) => Promise.resolve(openRows(url)),
  telling: openNews,
};

function openRows(url: string): RawRows {
  const client = new Redis(url);
  const revisions = new Map<string, number>();
  return {
    update: async (name) => {
      const revision = revisions.get(name) ?? 0;
      const changed = await client.eval(UPDATE, 1, `raw:${name}`, revision, RECORD);
      if (changed !== 1) throw new Error(`${name} is not what it was`);
      revisions.set(name, revision + 1);
    },
    close: async () => void (await client.quit()),
  };
}

async function openNews(url: string): Promise<RawNews> {
  const [teller, hearer] = [new Redis(url), new Redis(url)];
  await hearer.subscribe(CHANNEL);
  return {
    tell: async () => void (await teller.publish(CHANNEL, "")),
    heard: () => new Promise((resolve) => hearer.once("message", () => resolve(nowMs()))),
    close: async () => void (await Promise.all([teller.quit(), hearer.quit()])),
  };
}
