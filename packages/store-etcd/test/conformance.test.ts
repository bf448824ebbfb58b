import { describeLeaseStore } from "@tenure/core/testing";
import { describe, it } from "vitest";
import { openEtcdStore } from "../src/index.ts";
import { freshPrefix, Operator, server, skipped } from "./server.ts";

describe.skipIf(skipped !== null)(`on a real server${skipped === null ? "" : `: ${skipped}`}`, () => {
  describeLeaseStore(
    {
      name: "an etcd store",
      supports: ["loseRecord"],
      open: () => {
        const prefix = freshPrefix();
        const etcdctl = new Operator();
        return Promise.resolve({
          connect: () => openEtcdStore({ url: server?.url ?? "", prefix }),
          loseRecord: (name) => etcdctl.remove(`${prefix}lease/${name}/record`),
          dispose: async () => {
            await etcdctl.removeAll(prefix);
            etcdctl.close();
          },
        });
      },
    },
    { describe, it },
  );
});
