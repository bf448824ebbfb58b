// stops.mjs DIRECTORY FLOOR: is told to stop while the mirror is being written, and stops in good order.
import fs from "node:fs";
import { openFileStore } from "@tenure/store-file";
import { event, record, say } from "./kit.mjs";

const [directory, floorDirectory] = process.argv.slice(2);
process.once("SIGTERM", () => say({ told: "SIGTERM" }));

// The last step of write-file-atomic: the signal comes right before it, and is served long before it is done.
const rename = fs.rename;
fs.rename = (from, to, done) => {
  process.kill(process.pid, "SIGTERM");
  setTimeout(() => rename(from, to, done), 200);
};

const store = await openFileStore({ directory, floorDirectory });
const held = record("orders", 1);
await store.compareAndSwap(await store.read("orders"), held, event("lease.acquired", held), { durable: true });
await store.close();
say({ stopped: true });
