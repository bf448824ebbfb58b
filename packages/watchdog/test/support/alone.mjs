// Nothing but a run, with the real client: what ends it too early, or keeps it too long, shows in how this process ends.
import { createLeaseClient } from "@tenure/core";
import { MemoryStore } from "@tenure/core/testing";
import { thisHost } from "@tenure/host";
import { exitCodeOf, runUnderLease } from "@tenure/watchdog";

const host = thisHost();
const store = new MemoryStore({ storeId: process.argv[2] });
const outcome = await runUnderLease({
  client: createLeaseClient({ ...host, store }),
  name: "main",
  command: "sh",
  args: ["-c", process.argv[3]],
  clock: host.clock,
  random: Math.random,
});
const { record } = await store.read("main");
console.log(JSON.stringify({ exitCode: exitCodeOf(outcome), record }));
