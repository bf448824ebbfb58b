import { describeBrokenStores, describeLeaseStore, type StoreSubject } from "@tenure/core/testing";
import { Redis } from "ioredis";
import { describe, it } from "vitest";
import { openRedisStore } from "../src/index.ts";
import { freshPrefix, server, skipped } from "./server.ts";

describe.skipIf(skipped !== null)(`on a real server${skipped === null ? "" : `: ${skipped}`}`, () => {
  const subject: StoreSubject = {
    name: "a Redis store",
    supports: ["loseRecord"],
    open: async () => {
      const prefix = freshPrefix();
      const operator = new Redis(server?.url ?? "");
      return {
        connect: () => openRedisStore({ url: server?.url, prefix }),
        loseRecord: async (name) => {
          await operator.del(`{${prefix}}:lease:${name}`);
        },
        dispose: async () => {
          const keys = await operator.keys(`{${prefix}}:*`);
          if (keys.length > 0) await operator.del(...keys);
          operator.disconnect();
        },
      };
    },
  };
  describeLeaseStore(subject, { describe, it });
  describeBrokenStores(subject, { describe, it });
});
