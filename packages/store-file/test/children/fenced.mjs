// A leader of epoch 1 that is stopped between its check and its write: fenced.mjs PATH
import { Fence } from "@tenure/core";
import { fileFence } from "@tenure/store-file";
import { say } from "./kit.mjs";

const [path = ""] = process.argv.slice(2);
const key = { storeId: "store", name: "orders" };
const storage = fileFence({ path });
const fence = new Fence({ ...key, storage, clock: { wallTime: () => "2026-01-01T00:00:00Z" } });
await fence.raise(1);
await storage.append(key, 1, "written in office");
await fence.check(1);
say({ checked: true });
process.kill(process.pid, "SIGSTOP");
await storage.append(key, 1, "written too late").then(
  () => say({ code: "none" }),
  (error) => say({ code: error.code }),
);
await fence.check(1).catch((error) => say({ code: error.code }));
