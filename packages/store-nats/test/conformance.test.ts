import { describeBrokenStores, describeLeaseStore, type StoreSubject } from "@tenure/core/testing";
import { describe, it } from "vitest";
import { openNatsStore } from "../src/index.ts";
import { freshBucket, Operator, skipped, urlOf } from "./server.ts";

describe.skipIf(skipped !== null)(`on a real server${skipped === null ? "" : `: ${skipped}`}`, () => {
  const subject: StoreSubject = {
    name: "a NATS store",
    supports: ["loseRecord"],
    open: async () => {
      const bucket = freshBucket();
      const { operator, leave } = await Operator.at(bucket);
      return {
        connect: () => openNatsStore({ url: urlOf(bucket) }),
        loseRecord: (name) => operator.remove(name),
        dispose: async () => {
          await operator.manager.streams.delete(operator.stream).catch(() => {});
          await leave();
        },
      };
    },
  };
  describeLeaseStore(subject, { describe, it });
  describeBrokenStores(subject, { describe, it });
});
