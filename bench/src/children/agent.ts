// The smallest program that holds a lease and keeps it: `agent <directory> [worker]`. What it takes in memory is measured.
import { join } from "node:path";
import { createLeaseClient } from "@tenure/core";
import { keepAlive } from "@tenure/heartbeat";
import { thisHost } from "@tenure/host";
import { openFileStore } from "@tenure/store-file";

const [directory = "", worker] = process.argv.slice(2);

const host = thisHost({ holderIdentity: "agent" });
const store = await openFileStore({ directory: join(directory, "state"), floorDirectory: join(directory, "floor") });
const lease = await createLeaseClient({ store, ...host }).acquire("bench");
keepAlive(lease, {
  clock: host.clock,
  random: Math.random,
  ...(worker === undefined ? {} : { watch: { eventLoop: { toleranceMs: 1_000 } } }),
});
setInterval(() => lease.assertHeld(), 1_000);
